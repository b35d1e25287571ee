import type { AttemptEvent, CallEvent, Events, RetryEvent } from './events.js'
import { refuse } from './refusal.js'

/** Where log lines go: `console` has this shape, and so have most loggers. A message, and its fields beside it. */
export interface Logger {
  debug(message: string, fields: object): void
  info(message: string, fields: object): void
  warn(message: string, fields: object): void
  error(message: string, fields: object): void
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

/** What a logger throws is not the stop's trouble. */
function logTo(logger: Logger): Log {
  return (name, event) => {
    try {
      if (name === 'allstop:retry') return logRetry(logger, event as RetryEvent)
      if (name === 'allstop:attempt') return logAttempt(logger, event as AttemptEvent)
      logCall(logger, event as CallEvent)
    } catch {}
  }
}

function logRetry(logger: Logger, event: RetryEvent): void {
  const { system, operation, attempt, code, delayMs } = event
  logger.warn(`${system} ${operation}: ${code}, trying again in ${Math.round(delayMs)} ms`, { ...event, attempt })
}

function logAttempt(logger: Logger, { error, ...event }: AttemptEvent): void {
  const { system, operation, attempt, httpStatus } = event
  const what = error === undefined ? `HTTP ${httpStatus}` : error.code
  logger.debug(`${system} ${operation}: ${what} (try ${attempt}, ${Math.round(event.durationMs)} ms)`, event)
}

/** The fields of a receipt or status that fit a log line: not the answer itself, which may hold anything. */
const shown = ['mode', 'outcome', 'phase', 'native', 'httpStatus', 'requestId', 'attempts'] as const

function logCall(logger: Logger, { result, error, ...event }: CallEvent): void {
  const { system, function: name } = event
  if (error !== undefined) {
    const { code, ambiguous, httpStatus, requestId, attempts } = error
    logger.error(error.message, { ...event, code, ambiguous, httpStatus, requestId, attempts })
    return
  }
  const fields = Object.fromEntries(shown.map((key) => [key, (result as unknown as Record<string, unknown>)[key]]))
  const level = name === 'read' ? 'debug' : 'info'
  logger[level](`${system} ${name}: ${fields['outcome'] ?? fields['phase']}`, { ...event, ...fields })
}
