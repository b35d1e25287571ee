/** The headers of an answer, names in lower case. A `Headers` object is one, and so is {@link HeaderMap}. */
export interface HeaderFields extends Iterable<readonly [name: string, value: string]> {
  /** The value of a header, in any case of its name; several are joined by a comma. */
  get(name: string): string | null
}

/** Headers without the cost of a `Headers` object, which checks each name and value again. */
export class HeaderMap implements HeaderFields {
  readonly #fields = new Map<string, string>()

  /** `name` is in lower case. */
  set(name: string, value: string): void {
    this.#fields.set(name, value)
  }

  get(name: string): string | null {
    return this.#fields.get(name.toLowerCase()) ?? null
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#fields[Symbol.iterator]()
  }
}
