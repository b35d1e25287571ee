import createClient, { type Client } from 'openapi-fetch'
import type { paths } from '../../../generated/restate.js'
import { type Connection, clientOptions } from '../../core/call/connection.js'

/** The typed client of Restate's admin API, made from `specs/restate.yaml`. */
export type RestateClient = Client<paths>

export function createRestateClient(connection: Connection): RestateClient {
  return createClient<paths>(clientOptions(connection))
}
