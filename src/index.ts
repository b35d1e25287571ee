/** The public face: everything a user imports. No logic lives here. */
export { authToken, basic, bearer } from './core/credential.js'
export * from './core/exports.js'
export { type AnySystem, allstop, type Fleet, type FleetTarget } from './fleet.js'
// The systems' own `fromEnv` are for their own entries: this one stands for all of them.
export { fromEnv } from './from-env.js'
export * from './systems/enterprise-scheduler/index.js'
export * from './systems/function-compute/index.js'
export * from './systems/functiongraph/index.js'
export * from './systems/restate/index.js'
export * from './systems/service-fabric/index.js'
