import createClient, { type Client } from 'openapi-fetch'
import type { paths } from '../../../generated/enterprise-scheduler.js'
import { type Connection, clientOptions } from '../../core/call/connection.js'

/** The typed client of Enterprise Scheduler's REST API, made from `specs/enterprise-scheduler.yaml`. */
export type EnterpriseSchedulerClient = Client<paths>

export function createEnterpriseSchedulerClient(connection: Connection): EnterpriseSchedulerClient {
  return createClient<paths>(clientOptions(connection))
}
