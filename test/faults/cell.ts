/** One cell of the matrix: one operation, one fault, at real sockets. */
import dns from 'node:dns'
import { once } from 'node:events'
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Dispatcher, type Fetch, isStopError, type PurgeReceipt, type Receipt, type Status } from 'allstop'
import { Agent } from 'undici'
import { issue, makeAuthority } from '../support/certificates.js'
import { operationsOf, type Row, rowKey } from '../support/spec.js'
import type { Fault } from './faults.js'
import type { Act } from './operations.js'

/** How often a request is tried, and how fast, so that the matrix does not take all day. */
const retry = { attempts: 2, minDelayMs: 1, maxDelayMs: 5 }

/** What sends: undici, as for users who give no `fetch`, or the fetch of Node.js. */
export const transports = ['undici', 'fetch'] as const
export type Transport = (typeof transports)[number]

/** A cell's result in a few words: `unavailable? x2` is an ambiguous error after two tries. */
export interface Cell {
  readonly words: string
  readonly elapsedMs: number
  /** How many requests of the operation arrived at the faulty server. */
  readonly arrived: number
  /** How many other requests did. */
  readonly beside: number
}

/** What the operations beside the one under test answer. */
function besideOf(act: Act): string {
  return act.through === 'facade' && act.ofEndedWork === true ? '200 succeeded' : '200 running'
}

function answerWell(response: ServerResponse, row: Row | undefined): void {
  const json = row?.value !== undefined
  const head = json ? { 'content-type': 'application/json' } : {}
  response.writeHead(Number(row?.status ?? 200), head).end(json ? JSON.stringify(row.value) : '')
}

async function listening(server: HttpServer | HttpsServer) {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    server.close()
  }
  return { port, close, [Symbol.asyncDispose]: close }
}

export async function runCell(act: Act, fault: Fault | undefined, transport: Transport): Promise<Cell> {
  const operations = operationsOf(act.system.kind)
  const under = operations.find(({ operationId }) => operationId === act.operationId)
  let arrived = 0
  let beside = 0
  const listener: RequestListener = (request, response) => {
    request.resume()
    const { pathname } = new URL(request.url ?? '/', 'http://x')
    const operation = operations.find(({ matches }) => matches(request.method ?? '', pathname))
    if (operation !== under) {
      beside += 1
      const row = operation?.rows.find((one) => rowKey(one) === besideOf(act))
      return answerWell(response, row ?? operation?.rows.find(({ status }) => status.startsWith('2')))
    }
    arrived += 1
    if (fault?.act !== undefined && fault.act(request, response, arrived - 1) !== 'well') return
    answerWell(
      response,
      operation?.rows.find(({ status }) => status.startsWith('2')),
    )
  }
  await using server = await listening(createHttpServer({ maxHeaderSize: 65_536 }, listener))
  await using tls =
    fault?.place === 'wrong certificate' ? await listening(createHttpsServer(await wrong(), listener)) : undefined
  const origin = `http://127.0.0.1:${server.port}`
  // A port on which nobody listens any more.
  const closed = await listening(createHttpServer())
  await closed.close()
  const places = {
    nobody: `http://127.0.0.1:${closed.port}`,
    'no host': 'https://nobody.invalid:9999',
    'wrong certificate': `https://127.0.0.1:${tls?.port}`,
  }
  const there = fault?.place === undefined ? undefined : places[fault.place]
  const isUnder = (method: string, path: string): boolean => under?.matches(method, path) === true
  const time = fault?.attemptTimeoutMs === undefined ? {} : { attemptTimeoutMs: fault.attemptTimeoutMs }
  const sending =
    transport === 'fetch'
      ? { baseUrl: origin, fetch: fetchTo(there, origin, isUnder) }
      : await withoutFetch(act, there, origin, isUnder)
  const began = performance.now()
  const result: unknown = await act.run({ ...sending, retry, ...time }).catch((thrown: unknown) => thrown)
  return { words: inWords(result), elapsedMs: performance.now() - began, arrived, beside }
}

type IsUnder = (method: string, path: string) => boolean

/** Sends only the operation under test there. */
function fetchTo(there: string | undefined, origin: string, isUnder: IsUnder): Fetch {
  return (url, init) => {
    const isElsewhere = there !== undefined && isUnder(init.method ?? 'GET', new URL(url).pathname)
    return globalThis.fetch(isElsewhere ? url.replace(origin, there) : url, init)
  }
}

/** The same over undici. The package's own connections go there, unless the operation is not the only one that is sent. */
async function withoutFetch(act: Act, there: string | undefined, origin: string, isUnder: IsUnder) {
  if (there === undefined) return { baseUrl: origin }
  if (await isAlone(act)) return { baseUrl: there }
  const dispatch = (request: { method: string; path: string }, handler: never) => {
    const isElsewhere = isUnder(request.method, new URL(request.path, origin).pathname)
    return agent.dispatch({ ...request, origin: isElsewhere ? there : origin } as never, handler)
  }
  return { baseUrl: origin, dispatcher: { dispatch } as Dispatcher }
}

const agent = new Agent()

const alone = new Map<Act, Promise<boolean>>()

function isAlone(act: Act): Promise<boolean> {
  const known = alone.get(act) ?? runCell(act, undefined, 'undici').then(({ beside }) => beside === 0)
  alone.set(act, known)
  return known
}

/** No name of `.invalid` is resolved: the machine's own resolver may be slow, or invent an answer. */
const lookup = dns.lookup
dns.lookup = ((host: string, ...rest: readonly unknown[]) => {
  const done = rest.at(-1) as (error: Error) => void
  if (!host.endsWith('.invalid')) return (lookup as (...all: unknown[]) => void)(host, ...rest)
  process.nextTick(done, Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }))
}) as typeof dns.lookup

let certificate: Promise<{ cert: string; key: string }> | undefined
function wrong() {
  certificate ??= makeAuthority('nobody knows').then((authority) => issue(authority, 'elsewhere'))
  return certificate
}

function inWords(result: unknown): string {
  if (isStopError(result)) return `${result.code}${result.ambiguous ? '?' : ''} x${result.attempts}`
  if (result instanceof Error) return `RAW ${result.name}: ${result.message}`
  if (typeof result !== 'object' || result === null) return `RAW ${String(result)}`
  if ('outcome' in result) {
    const { outcome, attempts } = result as Receipt | PurgeReceipt
    return `${outcome} x${attempts}`
  }
  if ('phase' in result) return `phase ${(result as Status).phase}`
  if ('response' in result) return `HTTP ${(result as { response: Response }).response.status}`
  return `RAW ${JSON.stringify(result)}`
}
