import type { AttemptEvent, CallEvent, Events, RetryEvent } from './events.js'
import { refuse } from './refusal.js'

/** Where log lines go: `console` has this shape, and so have most loggers. A message, and its fields beside it. */
export interface Logger {
  debug(message: string, fields: object): unknown
  info(message: string, fields: object): unknown
  warn(message: string, fields: object): unknown
  error(message: string, fields: object): unknown
}

/** Writes an event down. */
export type Log = <N extends keyof Events>(name: N, event: Events[N]) => void

const levels = ['debug', 'info', 'warn', 'error'] as const

/** Checks the option `logger`. */
export function checkLogger(value: unknown): Log | undefined {
  if (value === undefined) return undefined
  const isLogger =
    typeof value === 'object' &&
    value !== null &&
    levels.every((level) => typeof Reflect.get(value, level) === 'function')
  if (!isLogger) refuse('logger', `must have the functions ${levels.join(', ')}, as console has`)
  return logTo(value as Logger)
}

/** What a logger throws, then or later, is not the stop's trouble. */
function logTo(logger: Logger): Log {
  return (name, event) => {
    try {
      const { level, message, fields } = lineOf(name, event)
      Promise.resolve(logger[level](message, fields)).catch(() => {})
    } catch {}
  }
}

interface Line {
  readonly level: keyof Logger
  readonly message: string
  readonly fields: object
}

function lineOf(name: keyof Events, event: Events[keyof Events]): Line {
  if (name === 'allstop:retry') return retryLine(event as RetryEvent)
  return name === 'allstop:attempt' ? attemptLine(event as AttemptEvent) : callLine(event as CallEvent)
}

function retryLine(event: RetryEvent): Line {
  const { system, operation, code, delayMs } = event
  const message = `${system} ${operation}: ${code}, trying again in ${Math.round(delayMs)} ms`
  return { level: 'warn', message, fields: event }
}

function attemptLine({ error, ...event }: AttemptEvent): Line {
  const { system, operation, attempt, httpStatus, durationMs } = event
  const what = error === undefined ? `HTTP ${httpStatus}` : error.code
  const message = `${system} ${operation}: ${what} (try ${attempt}, ${Math.round(durationMs)} ms)`
  return { level: 'debug', message, fields: event }
}

/** The fields of a receipt or status that fit a log line: not the answer itself, which may hold anything. */
const shown = ['mode', 'outcome', 'phase', 'native', 'httpStatus', 'requestId', 'attempts'] as const

function callLine({ result, error, ...event }: CallEvent): Line {
  if (error !== undefined) {
    const { message, code, ambiguous, httpStatus, requestId, attempts } = error
    return { level: 'error', message, fields: { ...event, code, ambiguous, httpStatus, requestId, attempts } }
  }
  const fields = Object.fromEntries(shown.map((key) => [key, (result as unknown as Record<string, unknown>)[key]]))
  const message = `${event.system} ${event.function}: ${fields['outcome'] ?? fields['phase']}`
  return { level: event.function === 'read' ? 'debug' : 'info', message, fields: { ...event, ...fields } }
}
