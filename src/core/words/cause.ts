import { printable } from './text.js'

/** A cause reduced to what can be shown, without a request, headers or a body. */
class Cause extends Error {
  declare readonly code?: string
}

/** Whether a value is an error, also one of another realm, such as that of a test runner. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}

/** The errors of an AggregateError. */
export function errorsIn(error: Error): readonly unknown[] {
  return 'errors' in error && Array.isArray(error.errors) ? error.errors : []
}

/** How deep a chain of causes is followed: fetch wraps twice, happy eyeballs once more. */
const depthLimit = 4

/**
 * Reduces anything that was thrown, and its causes, to name, message and code. Errors of HTTP libraries often contain the
 * request with its credentials. A thrown value may also be a string, or an object whose getters throw.
 */
export function summarize(thrown: unknown, hide: (text: string) => string = (text) => text, depth = 0): Error {
  try {
    if (!isError(thrown)) return new Cause(printable(hide(`thrown ${typeof thrown}`)))
    const inner = thrown.cause ?? errorsIn(thrown)[0]
    const nested = inner !== undefined && depth < depthLimit ? { cause: summarize(inner, hide, depth + 1) } : undefined
    const summary = new Cause(printable(hide(thrown.message)), nested)
    const code = codeOf(thrown)
    Object.defineProperty(summary, 'name', { value: printable(hide(thrown.name)), configurable: true })
    const frames = framesOf(thrown).map((frame) => `\n${hide(frame)}`)
    const stack = `${summary.name}: ${summary.message}${frames.join('')}`
    Object.defineProperty(summary, 'stack', { value: stack, configurable: true, writable: true })
    return code === undefined ? summary : Object.assign(summary, { code: printable(hide(code)) })
  } catch {
    return new Cause('an error that cannot be read')
  }
}

/** The most frames of a stack that are kept, and how far they are looked for, in UTF-16 units. */
const mostFrames = 10
const longestStack = 20_000

/** Where an error was thrown: its frames as V8 writes them, without its message. */
function framesOf({ stack }: Error): readonly string[] {
  return String(stack)
    .slice(0, longestStack)
    .split('\n')
    .filter((line) => /^ {4}at \S/.test(line))
    .slice(0, mostFrames)
    .map((line) => `    ${printable(line)}`)
}

/** A cause in JSON: name, message and code, and so its causes. */
export function causeJson(cause: unknown): object {
  const shown = (link: Error): object => ({
    name: link.name,
    message: link.message,
    ...('code' in link ? { code: link.code } : {}),
    ...(link.cause instanceof Error ? { cause: shown(link.cause) } : {}),
  })
  return shown(summarize(cause))
}

/** The `code` of a Node.js error (`ECONNRESET` ...), if it has one. */
export function codeOf(thrown: unknown): string | undefined {
  const code = isError(thrown) && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : undefined
}
