import { timeOf } from '../words/state.js'

/** A body that does not have the form of the API. The message names the field and never shows its value. */
export class Malformed extends Error {}

/**
 * The fields of an object from a server. The type of each field is checked when it is read. An absent, null or empty
 * field is undefined. A field of another type throws {@link Malformed}.
 */
export class AnswerFields {
  readonly #values: Readonly<Record<string, unknown>>

  constructor(value: unknown, name: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Malformed(`${name} is not an object`)
    this.#values = value as Readonly<Record<string, unknown>>
  }

  #read<T>(name: string, what: string, is: (value: unknown) => value is T): T | undefined {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined
    if (value === undefined || value === null || value === '') return undefined
    if (!is(value)) throw new Malformed(`${name} is not ${what}`)
    return value
  }

  text(name: string): string | undefined {
    return this.#read(name, 'a text', (value) => typeof value === 'string')
  }

  number(name: string): number | undefined {
    return this.#read(name, 'a number', (value) => typeof value === 'number')
  }

  flag(name: string): boolean | undefined {
    return this.#read(name, 'true or false', (value) => typeof value === 'boolean')
  }

  /** A time as text or number; undefined also when it cannot be read as one, or is 0. */
  time(name: string, read: (value: string | number) => Date | undefined = timeOf): Date | undefined {
    const isTime = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number'
    const value = this.#read(name, 'a time', isTime)
    return value === undefined ? undefined : read(value)
  }

  /** An id as text: long ones come as text or number. */
  id(name: string): string | undefined {
    const isId = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number'
    const value = this.#read(name, 'an id', isId)
    return value === undefined ? undefined : String(value)
  }

  object(name: string): AnswerFields | undefined {
    const value = this.#read(name, 'an object', (given) => typeof given === 'object')
    return value === undefined ? undefined : new AnswerFields(value, name)
  }

  /** A list of objects; undefined when it is absent. */
  list(name: string): readonly AnswerFields[] | undefined {
    return this.#read(name, 'a list', Array.isArray)?.map((item) => new AnswerFields(item, `an entry of ${name}`))
  }

  /** Another field of the record, if it is present, must match the request too. */
  mayNotDiffer(name: string, value: string): void {
    if (this.id(name) !== undefined) this.mustBe(name, value)
  }

  /** A record with another id, from a proxy or cache, says nothing about the requested work. */
  mustBe(name: string, id: string): void {
    if (this.id(name) !== id) throw new Malformed(`${name} is not the requested one`)
  }
}
