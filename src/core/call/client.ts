import createClient from 'openapi-fetch'
import { type Connection, clientOptions } from './connection.js'

/** The other options of openapi-fetch, each one set: it would take an absent one from `Object.prototype`. */
const absent = {
  headers: undefined,
  bodySerializer: undefined,
  Request: undefined,
  requestInitExt: undefined,
} as const satisfies Record<string, unknown> as object

/**
 * Makes the typed client of a system. Its type is that of the system's client.ts. `unescaped`: the characters that the
 * system requires unescaped in a path.
 */
export function createTypedClient<C extends object>(connection: Connection, unescaped?: string): C {
  // Which paths there are is known to the types only.
  return createClient<object>({ ...absent, ...clientOptions(connection, unescaped) }) as unknown as C
}
