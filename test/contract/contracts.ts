import { enterpriseSchedulerContract } from './enterprise-scheduler.js'
import { functionComputeContract } from './function-compute.js'
import { functionGraphContract } from './functiongraph.js'
import { restateContract } from './restate.js'
import { serviceFabricContract } from './service-fabric.js'
import type { SystemContract } from './table.js'

export const contracts: readonly SystemContract[] = [
  restateContract,
  functionGraphContract,
  functionComputeContract,
  enterpriseSchedulerContract,
  serviceFabricContract,
]
