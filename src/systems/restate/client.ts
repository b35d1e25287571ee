import type { Client } from 'openapi-fetch'
import type { paths } from '../../../generated/restate.js'

/** The typed client of Restate's admin API, made from `specs/restate.yaml`. */
export type RestateClient = Client<paths>
