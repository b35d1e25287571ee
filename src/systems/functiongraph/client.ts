import createClient, { type Client } from 'openapi-fetch'
import type { paths } from '../../../generated/functiongraph.js'
import { type Connection, clientOptions } from '../../core/call/connection.js'

/** The typed client of FunctionGraph's API, made from `specs/functiongraph.yaml`. */
export type FunctionGraphClient = Client<paths>

export function createFunctionGraphClient(connection: Connection): FunctionGraphClient {
  // Huawei's own SDK sends the colons of a URN unescaped. No source says whether the gateway accepts %3A, above all in a
  // signed request.
  return createClient<paths>(clientOptions(connection, ':'))
}
