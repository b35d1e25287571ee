import { printable } from './text.js'

/** What of an id is shown whole; ids of Restate and UUIDs are. */
const longest = 40

/**
 * The id of a checked target, for people. Each target has one field whose name ends with `Id`, which names the work
 * itself; the others say where it is. A long id keeps its beginning and its end.
 */
export function shortId(target: unknown): string {
  const [, id] = Object.entries(Object(target)).find(([name]) => name.endsWith('Id')) ?? []
  const text = printable(String(id ?? ''), 1_000)
  return text.length <= longest ? text : `${text.slice(0, 20).toWellFormed()}…${text.slice(-19).toWellFormed()}`
}
