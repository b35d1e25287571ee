/** The closed list of what can go wrong. Decide by the code; the message is for people. */
export type StopErrorCode =
  /** An argument is wrong. The package refuses it before any request, or the system refuses it (400). The message names it. */
  | 'invalid_argument'
  /** The system has no such mode or operation. Nothing was sent, or the system answered so (Service Fabric's `E_NOTIMPL`). */
  | 'unsupported'
  /** The credential is missing, wrong or expired (usually 401). */
  | 'unauthenticated'
  /** The credential is valid, but a role or permission is missing (usually 403). */
  | 'permission_denied'
  /** The system has no record of the work, or of the function or service that it belongs to. */
  | 'not_found'
  /** The state of the work does not allow this (usually 409 or 412). The work has not ended. */
  | 'failed_precondition'
  /** Too many requests (429, or the system's own throttling code). See `retryAfterMs`. */
  | 'rate_limited'
  /** The system cannot be reached or cannot work now: refused or broken connection, 502, 503. */
  | 'unavailable'
  /** A time-out: the caller's (`timeoutMs`, `attemptTimeoutMs`) or the system's (504). */
  | 'deadline_exceeded'
  /** The caller's signal ended the call. The signal never stops the work. */
  | 'aborted'
  /** The answer is not one of this API, such as a redirect, HTML or broken JSON. `baseUrl` may be wrong. */
  | 'protocol'
  /** Anything else: a failure inside the system (500), or a defect of this package. */
  | 'unknown'
