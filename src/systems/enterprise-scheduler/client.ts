import type { Client } from 'openapi-fetch'
import type { paths } from '../../../generated/enterprise-scheduler.js'

/** The typed client of Enterprise Scheduler's REST API, made from `specs/enterprise-scheduler.yaml`. */
export type EnterpriseSchedulerClient = Client<paths>
