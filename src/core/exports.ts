/** What every entry of the package exports: the functions and types that users of any system need. */

export type { Clock } from './clock.js'
export { type Credential, signed, type TokenSource, type UnsignedRequest } from './credential.js'
export { isStopError, StopError, type StopErrorCode, type StopErrorDetails } from './error.js'
export {
  type AttemptEvent,
  type CallEvent,
  type Events,
  type ObservedFunction,
  onEvent,
  type RetryEvent,
  type WarningEvent,
} from './events.js'
export type { HeadersGiven } from './headers.js'
export type { KeySource } from './keys.js'
export type { Logger } from './logger.js'
export type { Capabilities, Mode } from './mode.js'
export type { CallOptions, Fetch, StopOptions, SystemOptions } from './options.js'
export type { Outcome } from './outcome.js'
export { isEnded, type Phase } from './phase.js'
export type { PurgeableSystem, PurgeOptions, PurgeReceipt } from './purge.js'
export type { RawResponse, Receipt, Step, WaitReceipt, Warning, WarningCode } from './receipt.js'
export type { RetryOptions } from './retry.js'
export type { Times } from './state.js'
export type { Status } from './status.js'
export type { System } from './system.js'
export type { TokenRequestOptions } from './token-request.js'
export type { StopAndWaitOptions, WaitOptions, WaitUntilEndedOptions } from './wait-options.js'
