/// <reference path="./undici-files.d.ts" />

// What is used of undici, in types of our own: its types need those of Node.js, which not every user has.

/** A socket of Node.js. */
interface Socket {
  on(event: 'error', listener: (error: Error) => void): unknown
  destroy(error?: Error): unknown
  unref(): unknown
}

export interface UndiciDispatcher {
  dispatch(options: never, handler: never): boolean
  /** Closes the connections at once. */
  destroy(): Promise<void>
}

/** A pool of connections to one server, or one connection. */
type UndiciPool = new (origin: string | URL, options: object) => UndiciDispatcher

/** Begins to connect. What it returns is the socket, or nothing of use. */
export type UndiciConnect = (to: unknown, tell: (error: Error | null, socket: Socket | null) => void) => unknown

/** The method `connect` of dispatchers, which only the whole of undici gives them: asks for a tunnel. */
export type UndiciConnectMethod = (
  this: UndiciDispatcher,
  request: object,
) => Promise<{ readonly socket: Socket; readonly statusCode: number }>

/** What is used of undici. */
export interface Undici {
  readonly Pool: UndiciPool
  readonly Client: UndiciPool
  readonly buildConnector: (options: object) => UndiciConnect
  /** Only some need it. */
  readonly loadTunnels: () => Promise<Tunnels>
}

/** What of undici asks a proxy for tunnels. */
interface Tunnels {
  readonly EnvHttpProxyAgent: new (options: object) => UndiciDispatcher
  readonly connect: UndiciConnectMethod
}

/** undefined in a runtime without undici, and where a bundle left out what undici needs. */
export async function loadUndici(): Promise<Undici | undefined> {
  const [Pool, Client, buildConnector] = await Promise.all([
    exportOf(import('#undici/dispatcher/pool')),
    exportOf(import('#undici/dispatcher/client')),
    exportOf(import('#undici/core/connect')),
  ])
  const loadTunnels = async (): Promise<Tunnels> => {
    const [agent, method] = await Promise.all([
      import('#undici/dispatcher/env-http-proxy-agent'),
      import('#undici/api/api-connect'),
    ])
    return { EnvHttpProxyAgent: agent.default, connect: method.default } as Tunnels
  }
  return complete({ Pool, Client, buildConnector, loadTunnels })
}

/** What a file of undici exports; undefined where it cannot be loaded, as in some bundles. */
export function exportOf(loading: Promise<{ readonly default: unknown }>): Promise<unknown> {
  return loading.then(
    ({ default: exported }) => exported,
    () => undefined,
  )
}

/** All of undici, or nothing. */
export function complete(found: { readonly [F in keyof Undici]: unknown }): Undici | undefined {
  return Object.values(found).includes(undefined) ? undefined : (found as Undici)
}
