import type { Client } from 'openapi-fetch'
import type { paths } from '../../../generated/functiongraph.js'

/** The typed client of FunctionGraph's API, made from `specs/functiongraph.yaml`. */
export type FunctionGraphClient = Client<paths>
