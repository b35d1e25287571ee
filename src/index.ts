/** The public face: everything a user imports. No logic lives here. */

export type { Clock } from './core/clock.js'
export {
  authToken,
  basic,
  bearer,
  type Credential,
  signed,
  type TokenSource,
  type UnsignedRequest,
} from './core/credential.js'
export { isStopError, StopError, type StopErrorCode, type StopErrorDetails } from './core/error.js'
export {
  type AttemptEvent,
  type CallEvent,
  type Events,
  type ObservedFunction,
  onEvent,
  type RetryEvent,
} from './core/events.js'
export type { HeadersGiven } from './core/headers.js'
export type { KeySource } from './core/keys.js'
export type { Logger } from './core/logger.js'
export type { Capabilities, Mode } from './core/mode.js'
export type { CallOptions, Fetch, StopOptions, SystemOptions } from './core/options.js'
export type { Outcome } from './core/outcome.js'
export { isEnded, type Phase } from './core/phase.js'
export type { PurgeableSystem, PurgeOptions, PurgeReceipt } from './core/purge.js'
export type { RawResponse, Receipt, Step, WaitReceipt, Warning } from './core/receipt.js'
export type { RetryOptions } from './core/retry.js'
export type { Times } from './core/state.js'
export type { Status } from './core/status.js'
export type { System } from './core/system.js'
export type { TokenRequestOptions } from './core/token-request.js'
export type { StopAndWaitOptions, WaitOptions } from './core/wait-options.js'
export { type AnySystem, allstop, type Fleet, type FleetTarget } from './fleet.js'
export { fromEnv } from './from-env.js'
export * from './systems/enterprise-scheduler/index.js'
export * from './systems/function-compute/index.js'
export * from './systems/functiongraph/index.js'
export * from './systems/restate/index.js'
export * from './systems/service-fabric/index.js'
