/** A real Restate server in a temporary folder: random ports, telemetry off, gone with the process that started it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

export interface RestateServer extends AsyncDisposable {
  /** The admin API. */
  readonly adminUrl: string
  /** Where services are called. */
  readonly ingressUrl: string
  close(): Promise<void>
}

// The package's own bin is only a wrapper around the platform's binary.
const require = createRequire(import.meta.url)
const wrapper = createRequire(require.resolve('@restatedev/restate-server/package.json'))

/** Settings beyond the ones below, such as `RESTATE_DEFAULT_JOURNAL_RETENTION`. */
export async function startRestate(settings: Readonly<Record<string, string>> = {}): Promise<RestateServer> {
  const binary = wrapper.resolve(`@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`)
  const folder = await mkdtemp(join(tmpdir(), 'allstop-restate-'))
  const child = spawn(binary, ['--no-logo'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      RESTATE_BASE_DIR: join(folder, 'data'),
      RESTATE_NODE_NAME: 'n1',
      RESTATE_LOG_FORMAT: 'json',
      RESTATE_LOG_FILTER: 'warn,restate=info',
      RESTATE_USE_RANDOM_PORTS: 'true',
      RESTATE_BIND_IP: '127.0.0.1',
      RESTATE_LISTEN_MODE: 'tcp',
      RESTATE_DEFAULT_NUM_PARTITIONS: '1',
      RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: '64MB',
      RESTATE_SHUTDOWN_TIMEOUT: '5s',
      RESTATE_ADMIN__DISABLE_WEB_UI: 'true',
      RESTATE_DISABLE_TELEMETRY: 'true',
      DO_NOT_TRACK: '1',
      ...settings,
    },
  })
  // A crash of this process must not leave a server behind.
  const kill = () => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', kill)
  const close = async () => {
    process.off('exit', kill)
    await end(child)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    const [admin, ingress] = await portsOf(child)
    const adminUrl = `http://127.0.0.1:${admin}`
    const ingressUrl = `http://127.0.0.1:${ingress}`
    // SQL is ready a little after /health.
    await answers(`${adminUrl}/health`)
    await answers(`${ingressUrl}/restate/health`)
    await answers(`${adminUrl}/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: 'select count(*) as n from sys_invocation' }),
    })
    return { adminUrl, ingressUrl, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

const portLine = /"server\.port":(\d+),"server_name":"(admin-api-server|http-ingress-server)"/

async function portsOf(child: ChildProcess): Promise<[admin: number, ingress: number]> {
  if (child.stdout === null) throw new Error('the server has no output')
  const ports = new Map<string, number>()
  const lines = createInterface({ input: child.stdout })
  const timer = setTimeout(() => lines.close(), 30_000)
  for await (const line of lines) {
    const [, port, name] = portLine.exec(line) ?? []
    if (name !== undefined) ports.set(name, Number(port))
    if (ports.size === 2) break
  }
  clearTimeout(timer)
  // Nobody reads on, but a full pipe would stop the server.
  child.stdout.resume()
  const [admin, ingress] = [ports.get('admin-api-server'), ports.get('http-ingress-server')]
  if (admin === undefined || ingress === undefined) throw new Error(`restate-server ended early (${child.exitCode})`)
  return [admin, ingress]
}

async function answers(url: string, init?: RequestInit): Promise<void> {
  const until = Date.now() + 30_000
  for (;;) {
    const ok = await fetch(url, init).then(
      async (response) => {
        await response.arrayBuffer()
        return response.ok
      },
      () => false,
    )
    if (ok) return
    if (Date.now() > until) throw new Error(`${url} is not ready`)
    await sleep(20)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const forced = setTimeout(() => child.kill('SIGKILL'), 8_000)
  await exited
  clearTimeout(forced)
}
