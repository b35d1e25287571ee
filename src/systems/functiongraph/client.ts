import createClient, { type Client } from 'openapi-fetch'
import type { paths } from '../../../generated/functiongraph.js'
import { type Connection, clientOptions } from '../../core/connection.js'

/** The typed client of FunctionGraph's API, made of `specs/functiongraph.yaml`. */
export type FunctionGraphClient = Client<paths>

export function createFunctionGraphClient(connection: Connection): FunctionGraphClient {
  // Huawei's own SDK sends the colons of a URN as they are. Whether the gateway would also take %3A, above all under a
  // signature, is not established.
  return createClient<paths>(clientOptions(connection, ':'))
}
