import createClient from 'openapi-fetch'
import { type Connection, clientOptions } from './connection.js'

/**
 * Makes the typed client of a system. Its type is that of the system's client.ts. `unescaped`: the characters that the
 * system requires unescaped in a path.
 */
export function createTypedClient<C extends object>(connection: Connection, unescaped?: string): C {
  // Which paths there are is known to the types only.
  return createClient<object>(clientOptions(connection, unescaped)) as unknown as C
}
