import createClient, { type Client } from 'openapi-fetch'
import type { paths } from '../../../generated/service-fabric.js'
import { type Connection, clientOptions } from '../../core/call/connection.js'

/** The typed client of a cluster's HTTP gateway, made of `specs/service-fabric.yaml`. */
export type ServiceFabricClient = Client<paths>

export function createServiceFabricClient(connection: Connection): ServiceFabricClient {
  return createClient<paths>(clientOptions(connection))
}
