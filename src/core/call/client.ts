import createClient from 'openapi-fetch'
import { type Connection, clientOptions } from './connection.js'

/** The other options of openapi-fetch, each one set: it would take an absent one from `Object.prototype`. */
const absent = {
  headers: undefined,
  bodySerializer: undefined,
  requestInitExt: undefined,
} as const satisfies Record<string, unknown> as object

/**
 * Makes the typed client of a system. Its type is that of the system's client.ts. `unescaped`: the characters that the
 * system requires unescaped in a path. `Request`: what its requests are made of; the one of the runtime takes long to load
 * on Node.js.
 */
export function createTypedClient<C extends object>(
  connection: Connection,
  unescaped: string | undefined,
  Request: unknown,
): C {
  const options = { ...absent, ...clientOptions(connection, unescaped), Request } as object
  // Which paths there are is known to the types only.
  return createClient<object>(options) as unknown as C
}
