/** Files of undici, each loaded alone: all of it takes three times as long as its pool. Undefined where there is none. */
declare module '#undici/dispatcher/pool' {
  const Pool: UndiciPool | undefined
  export default Pool
}

declare module '#undici/dispatcher/client' {
  const Client: UndiciPool | undefined
  export default Client
}

declare module '#undici/dispatcher/env-http-proxy-agent' {
  const EnvHttpProxyAgent: (new (options: object) => UndiciDispatcher) | undefined
  export default EnvHttpProxyAgent
}

declare module '#undici/api/api-connect' {
  const connect: UndiciConnectMethod | undefined
  export default connect
}

declare module '#undici/core/connect' {
  const buildConnector: ((options: object) => UndiciConnect) | undefined
  export default buildConnector
}

/** A pool of connections to one server, or one connection. */
type UndiciPool = new (origin: string | URL, options: object) => UndiciDispatcher

interface UndiciDispatcher {
  dispatch(options: never, handler: never): boolean
  /** Closes the connections at once. */
  destroy(): Promise<void>
}

/** Begins to connect. What it returns is the socket, or nothing of use. */
type UndiciConnect = (
  to: unknown,
  tell: (error: Error | null, socket: import('node:net').Socket | null) => void,
) => unknown

/** The method `connect` of dispatchers, which only the whole of undici gives them: asks for a tunnel. */
type UndiciConnectMethod = (
  this: UndiciDispatcher,
  request: object,
) => Promise<{ readonly socket: import('node:net').Socket; readonly statusCode: number }>
