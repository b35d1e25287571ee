/** What can go wrong with one request, and what has to come of it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { StopErrorCode } from 'allstop'

/** What a fault has to come to: an error, the same as without the fault, or a meaning of its own for each operation. */
type Outcome =
  | {
      readonly code: StopErrorCode
      readonly mayHaveArrived: boolean
      /**
       * Whether it is sent again: whatever it was; unless it is harmful after it may have arrived; only where the system
       * says that this status passes; or never.
       */
      readonly again: 'always' | 'unless harmful' | 'by status' | 'never'
    }
  | 'recovers'
  | 'own meaning'

/** Deals with a request; `nth` counts the tries from 0. What returns `well` leaves it to be answered as it should be. */
type Act = (request: IncomingMessage, response: ServerResponse, nth: number) => unknown

export interface Fault {
  readonly name: string
  /** Where the request is sent to in the place of a server: nobody listens, no such host, a wrong certificate. */
  readonly place?: 'nobody' | 'no host' | 'wrong certificate'
  /** What the server does instead of answering well. */
  readonly act?: Act
  /** The answer's status, where there is one: a typed client gives it back instead of throwing. */
  readonly status?: number
  /** How long a try may take, where the fault is that it takes too long. */
  readonly attemptTimeoutMs?: number
  /** The shortest that two tries may take, in milliseconds. */
  readonly waitsMs?: number
  readonly outcome: Outcome
}

/** A status with a body and headers. */
function answer(status: number, body = '', headers: Record<string, string | string[]> = {}): Act {
  return (_request, response) => response.writeHead(status, headers).end(body)
}

/** A head whose body does not come as it says. */
function begun(then: (response: ServerResponse) => void): Act {
  return (_request, response) => {
    response.writeHead(200, { 'content-length': '1000000', 'content-type': 'application/json' }).write('{"a":')
    then(response)
  }
}

const lost = { code: 'unavailable', mayHaveArrived: true, again: 'unless harmful' } as const
const notSent = { code: 'unavailable', mayHaveArrived: false, again: 'always' } as const
const tooLate = { code: 'deadline_exceeded', mayHaveArrived: true, again: 'unless harmful' } as const
const nonsense = { code: 'protocol', mayHaveArrived: true, again: 'never' } as const
const throttled = { code: 'rate_limited', mayHaveArrived: false, again: 'always' } as const
const json = { 'content-type': 'application/json' }

const elsewhere = 'http://elsewhere.invalid/'

/** Not a second earlier than the date says, whose own resolution is a second. */
const inTwoSeconds = () => new Date(Date.now() + 2_000).toUTCString()

export const faults: readonly Fault[] = [
  { name: 'connection refused', place: 'nobody', outcome: notSent },
  { name: 'host not found', place: 'no host', outcome: notSent },
  { name: 'wrong TLS certificate', place: 'wrong certificate', outcome: { ...notSent, again: 'never' } },
  { name: 'reset before headers', act: (request) => request.socket.resetAndDestroy(), outcome: lost },
  { name: 'closed before headers', act: (request) => request.socket.end(), outcome: lost },
  {
    name: 'reset after headers',
    act: begun((response) => setTimeout(() => response.socket?.resetAndDestroy(), 10)),
    outcome: lost,
  },
  { name: 'body cut short', act: begun((response) => setTimeout(() => response.destroy(), 10)), outcome: lost },
  { name: 'stalled headers', act: () => {}, attemptTimeoutMs: 400, outcome: tooLate },
  {
    name: 'slow body',
    act: begun((response) => {
      const drip = setInterval(() => response.write(' '), 40)
      response.on('close', () => clearInterval(drip))
    }),
    attemptTimeoutMs: 400,
    outcome: tooLate,
  },
  { name: 'not HTTP at all', act: (request) => request.socket.end('SSH-2.0-OpenSSH_9.2\r\n'), outcome: nonsense },
  { name: '200 with HTML', act: answer(200, '<h1>Sign in</h1>', { 'content-type': 'text/html' }), outcome: nonsense },
  { name: '200 with half a JSON', act: answer(200, '{"a":', json), outcome: nonsense },
  {
    name: '200 with a gzip bomb',
    act: (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    outcome: nonsense,
  },
  { name: '200 said to be gzip', act: answer(200, '{}', { 'content-encoding': 'gzip' }), outcome: nonsense },
  { name: 'oversized headers', act: answer(200, '{}', { 'x-long': 'a'.repeat(20_000) }), outcome: nonsense },
  {
    name: 'two lengths',
    act: (request) => request.socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'),
    outcome: nonsense,
  },
  ...[301, 302, 303, 307, 308].map(
    (status): Fault => ({
      name: `${status} elsewhere`,
      act: answer(status, '', { location: elsewhere }),
      // See Other: what was asked has been done.
      outcome: { code: 'protocol', mayHaveArrived: status === 303, again: 'never' },
    }),
  ),
  {
    name: '429, Retry-After in seconds',
    status: 429,
    act: answer(429, '', { 'retry-after': '1' }),
    waitsMs: 1_000,
    outcome: throttled,
  },
  {
    name: '429, Retry-After as a date',
    status: 429,
    act: (_request, response) => response.writeHead(429, { 'retry-after': inTwoSeconds() }).end(),
    waitsMs: 1_000,
    outcome: throttled,
  },
  { name: '408 empty', status: 408, act: answer(408), outcome: { ...tooLate, again: 'by status' } },
  {
    name: '500 empty',
    status: 500,
    act: answer(500),
    outcome: { code: 'unknown', mayHaveArrived: true, again: 'by status' },
  },
  {
    name: '500 with null',
    status: 500,
    act: answer(500, 'null', json),
    outcome: { code: 'unknown', mayHaveArrived: true, again: 'by status' },
  },
  {
    name: '502 with HTML',
    status: 502,
    act: answer(502, '<h1>Bad Gateway</h1>'),
    outcome: { ...lost, again: 'by status' },
  },
  { name: '503 empty', status: 503, act: answer(503), outcome: { ...lost, again: 'by status' } },
  { name: '504 empty', status: 504, act: answer(504), outcome: { ...tooLate, again: 'by status' } },
  {
    name: '401 empty',
    status: 401,
    act: answer(401),
    outcome: { code: 'unauthenticated', mayHaveArrived: false, again: 'never' },
  },
  {
    name: '403 empty',
    status: 403,
    act: answer(403),
    outcome: { code: 'permission_denied', mayHaveArrived: false, again: 'never' },
  },
  {
    name: '404 empty',
    status: 404,
    act: answer(404),
    outcome: { code: 'protocol', mayHaveArrived: false, again: 'never' },
  },
  {
    name: '503, then well',
    act: (_request, response, nth) => (nth === 0 ? response.writeHead(503).end() : 'well'),
    status: 503,
    outcome: 'recovers',
  },
  { name: '204', act: answer(204), outcome: 'own meaning' },
  { name: '200 empty', act: answer(200), outcome: 'own meaning' },
  { name: '200 with null', act: answer(200, 'null', json), outcome: 'own meaning' },
  { name: '200 with []', act: answer(200, '[]', json), outcome: 'own meaning' },
  {
    name: '200 with {}, headers twice',
    act: answer(200, '{}', { 'content-type': ['text/html', 'application/json'] }),
    outcome: 'own meaning',
  },
]

const bomb = gzipSync(Buffer.alloc(20_000_000, ' '))
