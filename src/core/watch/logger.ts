import { refuse } from '../words/refusal.js'
import { shortId } from '../words/short-id.js'
import { printable } from '../words/text.js'
import type { AttemptEvent, CallEvent, Events, Log, RetryEvent, WarningEvent } from './events.js'

/**
 * Where log lines go. `console` and most loggers have this shape. The message is one line with the facts, such as
 * `orders stop inv_1gd…: accepted, unknown (1 try, 12 ms)`. The fields hold the same facts for machines.
 *
 * A console gets only the message, because it would print the fields on many lines. winston adds the fields to its record.
 * pino drops a second argument that is an object. Wrap it, so that the fields come first:
 * `{ info: (message, fields) => pino.info(fields, message), ... }`.
 */
export interface Logger {
  debug(message: string, fields: object): unknown
  info(message: string, fields: object): unknown
  warn(message: string, fields: object): unknown
  error(message: string, fields: object): unknown
}

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

/** An error of the logger, also an asynchronous one, is ignored: it must not affect the stop. */
function logTo(logger: Logger): Log {
  const isConsole = logger === console || isNodeConsole(logger)
  return (name, event) => {
    try {
      const { level, message, fields } = lineOf(name, event)
      const line = printable(message, longestLine)
      Promise.resolve(Reflect.apply(logger[level], logger, isConsole ? [line] : [line, fields])).catch(() => {})
    } catch {}
  }
}

/** Made by `new Console()` of Node.js, or the console of a test runner, which is another one than the global. */
function isNodeConsole(logger: Logger): boolean {
  const Console = globalThis.process?.getBuiltinModule?.('node:console')?.Console
  return Console !== undefined && logger instanceof Console
}

/** The longest name of a system in a line, in UTF-16 units, as in messages. */
const longestName = 60

/** The longest that a line is, in UTF-16 units. */
const longestLine = 600

interface Line {
  readonly level: keyof Logger
  readonly message: string
  readonly fields: object
}

function lineOf(name: keyof Events, event: Events[keyof Events]): Line {
  if (name === 'allstop:retry') return retryLine(event as RetryEvent)
  if (name === 'allstop:warning') return warningLine(event as WarningEvent)
  return name === 'allstop:attempt' ? attemptLine(event as AttemptEvent) : callLine(event as CallEvent)
}

/** The facts that every line begins with. */
function headOf(system: string, did: string, target: unknown): string {
  return [printable(system, longestName), did, shortId(target)].filter(Boolean).join(' ')
}

function retryLine(event: RetryEvent): Line {
  const { system, operation, target, code, delayMs } = event
  const message = `${headOf(system, operation, target)}: ${code}, trying again in ${Math.round(delayMs)} ms`
  return { level: 'warn', message, fields: { ...event, delayMs: Math.round(delayMs) } }
}

function warningLine({ message, ...event }: WarningEvent): Line {
  return { level: 'warn', message: `${event.system}: ${message}`, fields: event }
}

function attemptLine({ error, ...event }: AttemptEvent): Line {
  const { system, operation, target, attempt, httpStatus } = event
  const durationMs = Math.round(event.durationMs)
  const what = error === undefined ? `HTTP ${httpStatus}` : error.code
  const message = `${headOf(system, operation, target)}: ${what} (try ${attempt}, ${durationMs} ms)`
  return { level: 'debug', message, fields: { ...event, durationMs } }
}

/** The fields of a receipt or status that are logged. The answer itself is not logged, because it may hold anything. */
const shown = ['mode', 'outcome', 'phase', 'native', 'ended', 'why', 'httpStatus', 'requestId', 'attempts'] as const

function callLine({ result, error, ...event }: CallEvent): Line {
  const subject = headOf(event.system, event.function, event.target)
  const durationMs = Math.round(event.durationMs)
  const tries = (attempts: unknown): readonly string[] =>
    attempts === undefined ? [] : [attempts === 1 ? '1 try' : `${attempts} tries`]
  if (error !== undefined) {
    const { code, ambiguous, httpStatus, requestId, attempts } = error
    // The error message begins with the system and the function too.
    const words = error.message.slice(error.message.indexOf(': ') + 2)
    const message = `${subject}: ${code} (${[...tries(attempts), `${durationMs} ms`].join(', ')}): ${words}`
    return {
      level: 'error',
      message,
      fields: { ...event, durationMs, code, ambiguous, httpStatus, requestId, attempts },
    }
  }
  const fields = Object.fromEntries(shown.map((key) => [key, (result as unknown as Record<string, unknown>)[key]]))
  const { outcome, phase, mode, ended, why, attempts } = fields
  const told = [...(mode === 'force' ? ['mode force'] : []), ...tries(attempts), `${durationMs} ms`].join(', ')
  const words = [...new Set([outcome, phase])].filter(Boolean).join(', ')
  // A wait that was not enough is what somebody has to look at.
  const isLeft = ended === false && (event.function === 'stopAndWait' || event.function === 'waitUntilEnded')
  const message = `${subject}: ${words} (${told})${why === undefined ? '' : `: ${why}`}`
  const level = isLeft ? 'warn' : event.function === 'read' ? 'debug' : 'info'
  return { level, message, fields: { ...event, durationMs, ...fields } }
}
