/** One cell of the matrix: one operation, one fault, at real sockets. */
import { once } from 'node:events'
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Fetch, isStopError, type PurgeReceipt, type Receipt, type Status } from 'allstop'
import { Agent, fetch as undiciFetch } from 'undici'
import { issue, makeAuthority } from '../support/certificates.js'
import { operationsOf, type Row, rowKey } from '../support/spec.js'
import type { Fault } from './faults.js'
import type { Act } from './operations.js'

/** How often a request is tried, and how fast, so that the matrix does not take all day. */
const retry = { attempts: 2, minDelayMs: 1, maxDelayMs: 5 }

/** A cell's result in a few words: `unavailable? x2` is an ambiguous error after two tries. */
export interface Cell {
  readonly words: string
  readonly elapsedMs: number
  /** How many requests of the operation arrived at the faulty server. */
  readonly arrived: number
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

export async function runCell(act: Act, fault: Fault | undefined): Promise<Cell> {
  const operations = operationsOf(act.system.kind)
  const under = operations.find(({ operationId }) => operationId === act.operationId)
  let arrived = 0
  const listener: RequestListener = (request, response) => {
    request.resume()
    const { pathname } = new URL(request.url ?? '/', 'http://x')
    const operation = operations.find(({ matches }) => matches(request.method ?? '', pathname))
    if (operation !== under) {
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
    'no host': 'http://nobody.invalid:9999',
    'wrong certificate': `https://127.0.0.1:${tls?.port}`,
  }
  const fetch: Fetch = (url, init) => {
    const isUnder = under?.matches(init.method ?? 'GET', new URL(url).pathname)
    if (!isUnder || fault?.place === undefined) return globalThis.fetch(url, init)
    const there = url.replace(origin, places[fault.place])
    return fault.place === 'no host' ? fetchWithoutNames(there, init) : globalThis.fetch(there, init)
  }
  const time = fault?.attemptTimeoutMs === undefined ? {} : { attemptTimeoutMs: fault.attemptTimeoutMs }
  const began = performance.now()
  const result: unknown = await act.run({ baseUrl: origin, fetch, retry, ...time }).catch((thrown: unknown) => thrown)
  return { words: inWords(result), elapsedMs: performance.now() - began, arrived }
}

/** Resolves no name: the machine's own resolver may be slow, or invent an answer. */
const fetchWithoutNames: Fetch = (url, init) => {
  const lookup = (host: string, _options: unknown, done: (error: Error, addresses: []) => void) =>
    done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), [])
  const dispatcher = new Agent({ connect: { lookup: lookup as never } })
  return undiciFetch(url, { ...init, dispatcher } as never) as Promise<never>
}

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
