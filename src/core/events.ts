import { type Channel, channel } from 'node:diagnostics_channel'
import type { StopError, StopErrorCode } from './error.js'
import { guarded, type Identity } from './identity.js'
import type { Log } from './logger.js'
import type { PurgeReceipt } from './purge.js'
import type { Receipt, WaitReceipt } from './receipt.js'
import { refuse } from './refusal.js'
import type { Status } from './status.js'

/** The functions of a system that are told of when they end. */
export type ObservedFunction = 'stop' | 'read' | 'stopAndWait' | 'waitUntilEnded' | 'purge'

/** What all events have. */
interface Timed extends Identity {
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number
  /** How long it took, in milliseconds. */
  readonly durationMs: number
}

/** A call of one of a system's functions has ended. The stops that a `stopAndWait` sends are told of too. */
export interface CallEvent<R extends object = object> extends Timed {
  readonly function: ObservedFunction
  /** What the call was for, in the form that the system uses; undefined when it could not be read. */
  readonly target: unknown
  /** What the function returned: a receipt, or a status. */
  readonly result?: R
  /** What it threw. */
  readonly error?: StopError
}

/** One try of one request has ended. */
export interface AttemptEvent extends Timed {
  /** An operationId of the system's spec. */
  readonly operation: string
  /** Which try of this operation it was in its call, from 1. */
  readonly attempt: number
  /** The status, when an answer came. */
  readonly httpStatus?: number
  /** What went wrong, when none came, or one that is not of this API. */
  readonly error?: StopError
}

/** A request is going to be sent again. */
export interface RetryEvent extends Identity {
  readonly operation: string
  /** Which try failed, from 1. */
  readonly attempt: number
  readonly code: StopErrorCode
  readonly httpStatus?: number
  /** The pause before the next try, in milliseconds. */
  readonly delayMs: number
}

/** Something of how a system was set up that is probably not meant. Told once, when its factory is called. */
export interface WarningEvent extends Identity {
  /** `no-credential`: a cloud that answers nobody without a credential was given none. */
  readonly code: 'no-credential'
  /** The same for people. */
  readonly message: string
}

/** What is published on `node:diagnostics_channel`, by the name of the channel. No event holds a credential. */
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
 * Tells whoever listens. `make` is called only if somebody does, so that an event costs nothing otherwise. Listeners run
 * at once, in the asynchronous context of the caller; what one throws is an uncaught exception, as Node.js has it, and
 * changes nothing here.
 */
export function publish<N extends keyof Events>(name: N, log: Log | undefined, make: () => Events[N]): void {
  const { hasSubscribers } = channels[name]
  if (!hasSubscribers && log === undefined) return
  const event = make()
  if (hasSubscribers) channels[name].publish(event)
  log?.(name, event)
}

/** The same for a call's end; what a function returns is what its event's type says. */
export function publishCall(name: ObservedFunction, log: Log | undefined, make: () => CallEvent): void {
  publish(`allstop:${name}`, log, make as () => Events['allstop:stop'])
}

/**
 * Listens to an event of all systems, typed. The same as `node:diagnostics_channel`'s own `subscribe`, which works too.
 * @returns a function that ends it
 * @throws StopError `invalid_argument` when there is no such event, or no listener
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
