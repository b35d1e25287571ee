import type { StopError } from '../words/error.js'
import type { StopErrorCode } from '../words/error-code.js'
import { guarded, type Identity } from '../words/identity.js'
import type { PurgeReceipt } from '../words/purge-receipt.js'
import type { Receipt, WaitReceipt } from '../words/receipt.js'
import { refuse } from '../words/refusal.js'
import type { Status } from '../words/status.js'
import { type Channel, channel } from './channel.js'

/** The functions whose end is published as an event. */
export type ObservedFunction = 'stop' | 'read' | 'stopAndWait' | 'waitUntilEnded' | 'purge'

/** The start and duration of what an event reports. */
interface Timed extends Identity {
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number
  /** How long it took, in milliseconds. */
  readonly durationMs: number
}

/** A call of one of a system's functions has ended. A stop that `stopAndWait` sends has its own event too. */
export interface CallEvent<R extends object = object> extends Timed {
  readonly function: ObservedFunction
  /** The target of the call, in the form that the system uses; undefined when it could not be read. */
  readonly target: unknown
  /** What the function returned: a receipt, or a status. */
  readonly result?: R
  /** The error that it threw. */
  readonly error?: StopError
}

/** One try of one request has ended. */
export interface AttemptEvent extends Timed {
  /** The target of the call. A request that several calls share has that of the first one. Absent for the typed client. */
  readonly target?: object
  /** An operationId of the system's spec. */
  readonly operation: string
  /** The number of this try among the tries of the operation in its call, from 1. */
  readonly attempt: number
  /** The HTTP status, when an answer came. */
  readonly httpStatus?: number
  /** The error, when no answer came, or the answer is not one of this API. */
  readonly error?: StopError
}

/** A request is going to be sent again. */
export interface RetryEvent extends Identity {
  /** The target of the call, as for a try. */
  readonly target?: object
  readonly operation: string
  /** The number of the try that failed, from 1. */
  readonly attempt: number
  readonly code: StopErrorCode
  readonly httpStatus?: number
  /** The pause before the next try, in milliseconds. */
  readonly delayMs: number
}

/** A probable mistake in the options of a factory. It is published once, when the factory is called. */
export interface WarningEvent extends Identity {
  /** `no-credential`: the factory has no `auth`, and the system refuses requests without a credential. */
  readonly code: 'no-credential'
  /** The same, for people. */
  readonly message: string
}

/** The events on `node:diagnostics_channel`, by channel name. No event holds a credential. */
export interface Events {
  readonly 'allstop:stop': CallEvent<Receipt>
  readonly 'allstop:read': CallEvent<Status>
  readonly 'allstop:stopAndWait': CallEvent<WaitReceipt>
  readonly 'allstop:waitUntilEnded': CallEvent<Status>
  readonly 'allstop:purge': CallEvent<PurgeReceipt>
  readonly 'allstop:attempt': AttemptEvent
  readonly 'allstop:retry': RetryEvent
  readonly 'allstop:warning': WarningEvent
}

const channels: Readonly<Record<keyof Events, Channel>> = {
  'allstop:stop': channel('allstop:stop'),
  'allstop:read': channel('allstop:read'),
  'allstop:stopAndWait': channel('allstop:stopAndWait'),
  'allstop:waitUntilEnded': channel('allstop:waitUntilEnded'),
  'allstop:purge': channel('allstop:purge'),
  'allstop:attempt': channel('allstop:attempt'),
  'allstop:retry': channel('allstop:retry'),
  'allstop:warning': channel('allstop:warning'),
}

/**
 * Publishes an event. `make` is called only if there is a listener or a logger, so that an event costs nothing
 * otherwise. Listeners run at once, in the asynchronous context of the caller. Node.js makes what a listener throws an
 * uncaught exception; it changes nothing here.
 */
export function publish<N extends keyof Events>(name: N, log: Log | undefined, make: () => Events[N]): void {
  const { hasSubscribers } = channels[name]
  if (!hasSubscribers && log === undefined) return
  const event = make()
  if (hasSubscribers) channels[name].publish(event)
  log?.(name, event)
}

/** The same for the end of a call. The result of a function has the type that its event declares. */
export function publishCall(name: ObservedFunction, log: Log | undefined, make: () => CallEvent): void {
  publish(`allstop:${name}`, log, make as () => Events['allstop:stop'])
}

/**
 * Subscribes to an event of all systems. It is `subscribe` of `node:diagnostics_channel` with types.
 * @returns a function that ends the subscription
 * @throws StopError `invalid_argument` when there is no such event, or `listener` is not a function
 */
export function onEvent<N extends keyof Events>(name: N, listener: (event: Events[N]) => void): () => void {
  guarded({ system: 'events', kind: 'events', called: 'onEvent' }, onEvent, () => {
    if (!Object.hasOwn(channels, name)) refuse('name', `must be one of ${Object.keys(channels).join(', ')}`)
    if (typeof listener !== 'function') refuse('listener', 'must be a function')
  })
  const hear = (message: unknown): void => listener(message as Events[N])
  channels[name].subscribe(hear)
  return () => void channels[name].unsubscribe(hear)
}

/** Logs an event. */
export type Log = <N extends keyof Events>(name: N, event: Events[N]) => void
