/** Everything that a user imports. This file has no logic. */
export { authToken, basic, bearer } from './core/credential/credential.js'
export * from './core/system/exports.js'
export { type AnySystem, allstop, type Fleet, type FleetTarget } from './fleet.js'
// Each system's entry exports its own `fromEnv`. This one covers all systems.
export { fromEnv } from './from-env.js'
export * from './systems/enterprise-scheduler/index.js'
export * from './systems/function-compute/index.js'
export * from './systems/functiongraph/index.js'
export * from './systems/restate/index.js'
export * from './systems/service-fabric/index.js'
