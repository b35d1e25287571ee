import type { Client } from 'openapi-fetch'
import type { paths } from '../../../generated/service-fabric.js'

/** The typed client of a cluster's HTTP gateway, made of `specs/service-fabric.yaml`. */
export type ServiceFabricClient = Client<paths>
