import { hearingAlerts } from './alerts.js'
import type { ConnectionSettings } from './connection-options.js'
import { askingForTunnels } from './proxy.js'
import type { Undici, UndiciConnect, UndiciDispatcher } from './undici.js'

/** `names` as options that are not set: undici, or Node.js, would take an absent one from `Object.prototype`. */
function unset(...names: readonly string[]): Readonly<Record<string, undefined>> {
  return Object.fromEntries(names.map((name) => [name, undefined]))
}

/**
 * undici's own time-outs are off: each try has one. Nothing is sent again, and no request waits behind another. Idle
 * connections are closed after 4 s, or when the server says, and do not hold the process.
 */
const fixed = {
  pipelining: 1,
  ...{ allowH2: false, useH2c: false },
  ...{ headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 4_000, keepAliveMaxTimeout: 30_000 },
  ...unset(
    'clientTtl',
    'connectTimeout',
    'idleTimeout',
    'keepAlive',
    'keepAliveTimeoutThreshold',
    'maxKeepAliveTimeout',
  ),
  ...unset(
    'autoSelectFamily',
    'autoSelectFamilyAttemptTimeout',
    'localAddress',
    'socketPath',
    'tls',
    'maxCachedSessions',
  ),
  ...unset(
    'maxHeaderSize',
    'maxRequestsPerClient',
    'maxResponseSize',
    'requestTimeout',
    'socketTimeout',
    'interceptors',
  ),
  ...unset('strictContentLength', 'maxConcurrentStreams', 'initialWindowSize', 'connectionWindowSize', 'pingInterval'),
  ...unset('webSocket', 'eventSource'),
}

/** The options of a connector, and those that Node.js takes from them. */
const plain = {
  ...{ allowH2: false, useH2c: false },
  ...unset('socketPath', 'timeout', 'maxCachedSessions', 'session', 'keepAlive', 'keepAliveInitialDelay'),
  ...unset(
    'autoSelectFamily',
    'autoSelectFamilyAttemptTimeout',
    'lookup',
    'family',
    'hints',
    'localPort',
    'fd',
    'handle',
    'onread',
    'signal',
  ),
  ...unset('secureContext', 'ca', 'cert', 'key', 'pfx', 'passphrase', 'servername'),
}

/** The connections to one server: at most `connections`. */
export async function openPool(
  { Pool, Client, buildConnector, loadTunnels }: Undici,
  origin: string,
  { proxy, tls }: ConnectionSettings,
  connections: number,
): Promise<UndiciDispatcher> {
  const secured = { ...plain, ...tls }
  const connect = unheld(hearingAlerts(buildConnector(secured)))
  // The pool would give its clients only the options that are set.
  const pool = (to: string | URL, connecting: UndiciConnect): UndiciDispatcher => {
    const options = { ...fixed, connect: connecting }
    return new Pool(to, { ...options, connections, factory: () => new Client(to, options) })
  }
  if (proxy === undefined) return pool(origin, connect)
  const tunnels = await loadTunnels()
  return new tunnels.EnvHttpProxyAgent({
    ...fixed,
    ...unset('auth', 'token', 'headers', 'httpProxy', 'httpsProxy', 'noProxy', 'proxyTunnel', 'username', 'password'),
    ...unset('origins', 'maxOrigins'),
    connect,
    requestTls: secured,
    proxyTls: plain,
    // undici gives an agent of proxies no method to ask for tunnels with, unless all of undici is loaded.
    clientFactory: (to: URL, { connect: given }: { connect: UndiciConnect }) =>
      Object.assign(pool(to, unheld(given)), { connect: askingForTunnels(tunnels.connect) }),
    // Where NO_PROXY says so, the connection is a direct one.
    factory: (to: string, { connect: given }: { connect: UndiciConnect }) =>
      pool(to, given === connect ? connect : hearingAlerts(given)),
  })
}

/** A socket that connects does not hold the process. The timer of a try does, as long as somebody waits for it. */
function unheld(connect: UndiciConnect): UndiciConnect {
  return (to, tell) => {
    const socket = connect({ httpSocket: undefined, ...(to as object) }, tell) as { unref(): void }
    socket.unref()
  }
}
