import type { Call } from '../call/call.js'
import type { Connection } from '../call/connection.js'
import type { Settings } from '../call/options.js'
import type { WaitRules } from '../wait/wait-options.js'
import type { Answer, ReadFailure } from '../words/answer.js'
import type { StopError } from '../words/error.js'
import type { StopFinding } from '../words/finding.js'
import type { Capabilities, Mode } from '../words/mode.js'
import type { Memory, Seen } from '../words/state.js'

/** The input of a system's stop.ts. */
export interface StopRequest<T, M extends Mode, C, X> {
  readonly call: Call
  readonly client: C
  readonly target: T
  readonly mode: M
  /** Whether to join a graceful stop that is under way. False for `force`, which is always sent. */
  readonly join: boolean
  /** An earlier stop of this target got no answer and may still arrive, so only read the state. The error if no stop is seen. */
  readonly mayNotSend: (() => StopError) | undefined
  readonly extra: X
}

/** The definition of one kind of system. */
export interface SystemDefinition<K extends string, T, M extends Mode, C, X extends object> {
  readonly kind: K
  readonly capabilities: Capabilities<M>
  readonly settings: Settings
  readonly waiting: Omit<WaitRules, 'name' | 'kind'>
  createClient(connection: Connection): C
  /** Checks a target and converts it to the form that the system uses. */
  checkTarget(target: unknown): T
  /** The options that only this system's stop() has, and their check. */
  readonly extraOptions: readonly string[]
  checkExtra(options: Readonly<Record<string, unknown>>): X
  readonly readFailure: ReadFailure
  /** Gets the id of the request from an answer. */
  requestId(answer: Answer<unknown>): string | undefined
  stop(request: StopRequest<T, M, C, X>): Promise<StopFinding>
  /** `memory` belongs to a wait. Without it the read is a full one. */
  readState(call: Call, client: C, target: T, memory?: Memory): Promise<Seen>
}
