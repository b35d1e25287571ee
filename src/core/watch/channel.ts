/** What is used of a channel of `node:diagnostics_channel`. */
export interface Channel {
  readonly hasSubscribers: boolean
  publish(message: object): void
  subscribe(listener: (message: unknown) => void): void
  unsubscribe(listener: (message: unknown) => void): unknown
}

/**
 * The channel of that name in `node:diagnostics_channel`, or one of this package's own where a runtime has none. The module
 * is asked for and not imported, so that a bundle for such a runtime needs no stand-in.
 */
export function channel(name: string): Channel {
  return globalThis.process?.getBuiltinModule?.('node:diagnostics_channel')?.channel(name) ?? new OwnChannel()
}

/** Behaves as a channel of Node.js: what a listener throws changes nothing for the caller, and is not lost either. */
class OwnChannel implements Channel {
  readonly #listeners: ((message: unknown) => void)[] = []

  get hasSubscribers(): boolean {
    return this.#listeners.length > 0
  }

  publish(message: object): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(message)
      } catch (thrown) {
        setTimeout(() => {
          throw thrown
        })
      }
    }
  }

  subscribe(listener: (message: unknown) => void): void {
    this.#listeners.push(listener)
  }

  unsubscribe(listener: (message: unknown) => void): void {
    const index = this.#listeners.indexOf(listener)
    if (index !== -1) this.#listeners.splice(index, 1)
  }
}
