/** Files of undici, each loaded alone: all of it takes three times as long as its pool. Undefined where there is none. */
declare module '#undici/dispatcher/pool' {
  const Pool: (new (origin: string, options: object) => UndiciDispatcher) | undefined
  export default Pool
}

declare module '#undici/dispatcher/env-http-proxy-agent' {
  const EnvHttpProxyAgent: (new (options: object) => UndiciDispatcher) | undefined
  export default EnvHttpProxyAgent
}

declare module '#undici/core/connect' {
  const buildConnector: ((options: object) => UndiciConnect) | undefined
  export default buildConnector
}

interface UndiciDispatcher {
  dispatch(options: never, handler: never): boolean
  /** Closes the connections when the requests under way have ended. */
  close(): Promise<void>
}

type UndiciConnect = (
  to: unknown,
  tell: (error: Error | null, socket: import('node:net').Socket | null) => void,
) => void
