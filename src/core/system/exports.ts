/** What every entry of the package exports: the functions and types that users of any system need. */

export type { CallOptions, StopOptions, SystemOptions } from '../call/options.js'
export type { RetryOptions } from '../call/retry.js'
export type { HeadersGiven } from '../check/headers.js'
export { type Credential, signed, type TokenSource, type UnsignedRequest } from '../credential/credential.js'
export type { KeySource } from '../credential/keys.js'
export type { TokenRequestOptions } from '../credential/token-request.js'
export type { ConnectionOptions, TlsOptions } from '../http/connection-options.js'
export type { Dispatcher } from '../http/dispatcher.js'
export type { Fetch } from '../http/fetch.js'
export type { Clock } from '../time/clock.js'
export type { StopAndWaitOptions, WaitOptions, WaitUntilEndedOptions } from '../wait/wait-options.js'
export {
  type AttemptEvent,
  type CallEvent,
  type Events,
  type ObservedFunction,
  onEvent,
  type RetryEvent,
  type WarningEvent,
} from '../watch/events.js'
export type { Logger } from '../watch/logger.js'
export { isStopError, StopError, type StopErrorDetails } from '../words/error.js'
export type { StopErrorCode } from '../words/error-code.js'
export type { Capabilities, Mode } from '../words/mode.js'
export type { Outcome } from '../words/outcome.js'
export { isEnded, type Phase } from '../words/phase.js'
export type { PurgeReceipt } from '../words/purge-receipt.js'
export type { RawResponse, Receipt, Step, WaitReceipt } from '../words/receipt.js'
export type { Times } from '../words/state.js'
export type { Status } from '../words/status.js'
export type { Warning, WarningCode, WarningCodes } from '../words/warning.js'
export type { Closable } from './closing.js'
export type { PurgeableSystem, PurgeOptions } from './purge.js'
export type { System } from './system.js'
