/** Something that is measured. */
export interface Contender {
  readonly name: string
  /** How many requests one stop sends. */
  readonly requests: number
  /** Sends one stop, of other work at each call. It fails when the stop does. */
  act(): Promise<unknown>
}

let made = 0

/** The id of other work: its last digits count. Stops of one target would share a request. */
export function another(id: string): string {
  made = (made + 1) % 10_000_000
  return id.slice(0, -7) + String(made).padStart(7, '0')
}
