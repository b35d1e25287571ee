import type { Client } from 'openapi-fetch'
import type { paths } from '../../../generated/function-compute.js'

/** The typed client of Function Compute 2.0 and 3.0, made from `specs/function-compute.yaml`. */
export type FunctionComputeClient = Client<paths>
