/**
 * Runs the package, as it is published, in other runtimes and versions of Node.js: `npm run runtimes`. It needs the network,
 * because all of them come from npm. One table at the end, and exit code 1 if anything is not as it should be.
 */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { answerWell } from '../test/support/answers.js'
import { serve } from '../test/support/fakes/serve.js'
import { Work } from '../test/support/fakes/work.js'
import { recompute } from '../test/support/recompute.js'
import { type Recorded, type Recorder, type Reply, startRecorder } from '../test/support/recorder.js'
import { fixtures } from '../test/systems/index.js'
import { cleanUp, keep, printTable } from './demo-support.js'

const exec = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

interface Runtime {
  readonly name: string
  /** Its packages in npm, with the names under which they are installed. */
  readonly from: string
  /** The program in node_modules, and what stands before the file to run. */
  readonly run: readonly [program: string, ...args: string[]]
  readonly hasUndici: boolean
}

const runtimes: readonly Runtime[] = [
  ...['20', '22', '24'].map((version) => ({
    name: `Node.js ${version}`,
    from: `node${version}@npm:node@${version}`,
    run: [`node${version}/bin/node`] as const,
    hasUndici: true,
  })),
  { name: 'Bun', from: 'bun', run: ['.bin/bun'], hasUndici: false },
  {
    name: 'Deno',
    from: 'deno',
    run: ['.bin/deno', 'run', '--allow-net', '--allow-env', '--allow-read'],
    hasUndici: false,
  },
]

/** What each call must come to, if it is the same for all systems. */
const expected = {
  refused: 'unavailable',
  'unknown host': 'unavailable',
  'no TLS': 'unavailable',
  lost: 'unavailable, ambiguous',
  'lost, then refused': 'unavailable, ambiguous',
  'time-out': 'deadline_exceeded, ambiguous',
  close: 'invalid_argument',
}
const checks = ['stop', 'stopAndWait', ...Object.keys(expected), 'credential', 'sent once', 'transport'] as const

type Check = (typeof checks)[number]
type Done = Readonly<Record<string, Readonly<Record<string, string>>>>

async function npm(...args: string[]): Promise<void> {
  await exec('npm', [...args, '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: folder })
}

/** A port on which nothing listens. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

type Fixture = (typeof fixtures)[number]

/** Whether a request is the one that stops: the last of those that a stop sends. */
function isStop({ modes: [mode = 'force'], variants: [{ wire }] }: Fixture, { method, path }: Recorded): boolean {
  const stop = wire.stop[mode]?.at(-1)
  // A query may hold the time-out of the call.
  const isPath = typeof stop?.path === 'string' ? withoutQuery(path) === withoutQuery(stop.path) : stop?.path.test(path)
  return method === stop?.method && isPath === true
}

function withoutQuery(path: string): string | undefined {
  return path.split('?')[0]
}

/** Servers for one system: one that does well, and those on which its stop fails. */
async function serversFor(fixture: Fixture) {
  const answering = async (onStop: (recorder: Recorder) => Reply): Promise<Recorder> => {
    let stopped: Reply | undefined
    const recorder: Recorder = await startRecorder((request) => {
      if (request.path === '/warm') return { body: 'warm' }
      if (isStop(fixture, request)) stopped = onStop(recorder)
      // What is asked after the stop has the same fate.
      return stopped ?? answerWell(request)
    })
    return keep(recorder)
  }
  const well = keep(await startRecorder())
  const losing = await answering(() => ({ raw: ({ socket }) => socket.destroy() }))
  // Once its connection is lost, nothing listens any more.
  const vanishing = await answering((recorder) => ({ raw: () => void recorder.close() }))
  const slow = await answering(() => ({ raw: () => {} }))
  const living = keep(await serve(fixture.variants[0].fake.of(new Work({ gracefulTakesMs: 100, forceTakesMs: 100 }))))
  return { fixture, well, losing, vanishing, slow, living }
}

function isSignedWith(request: Recorded, secret: string): boolean {
  const { sent, right } = recompute(request, secret)
  return sent === right
}

/** What of each check is wrong; nothing if all is well. */
async function tryIn({ run: [program, ...args], hasUndici }: Runtime): Promise<Readonly<Record<Check, string[]>>> {
  const servers = await Promise.all(fixtures.map(serversFor))
  const systems = servers.map(({ fixture: { kind, factory, environment, variants }, ...served }) => ({
    ...{
      kind,
      factory,
      target: variants[0].target,
      variables: environment?.variables,
      options: variants[0].fake.options,
    },
    urls: Object.fromEntries(Object.entries(served).map(([name, { url }]) => [name, url])),
  }))
  const plan = JSON.stringify({ systems, dead: await deadUrl() })
  const { stdout } = await exec(join(folder, 'node_modules', program), [...args, 'program.mjs', plan], {
    cwd: folder,
    timeout: 120_000,
  })
  const done = JSON.parse(stdout) as Done
  const wrong = Object.fromEntries(checks.map((check) => [check, [] as string[]])) as Record<Check, string[]>
  for (const { fixture, well, losing, vanishing } of servers) {
    const { kind, environment, variants } = fixture
    const must = { stop: variants[0].lives.taken, stopAndWait: 'stopped', ...expected }
    for (const [check, outcome] of Object.entries(must)) {
      const came = done[kind]?.[check]
      if (came !== outcome) wrong[check]?.push(`${kind}: ${came}`)
    }
    const stops = (recorder: Recorder) => recorder.requests.filter((request) => isStop(fixture, request))
    for (const recorder of [well, losing, vanishing]) {
      const { length } = stops(recorder)
      if (length !== 1) wrong['sent once']?.push(`${kind}: ${length} times`)
    }
    for (const request of well.requests) {
      const { authorization = '', 'user-agent': agent } = request.headers
      const isSigned = authorization.includes('HMAC-SHA256')
      const isRight = isSigned
        ? Object.values(environment?.variables ?? {}).some((secret) => isSignedWith(request, secret))
        : environment === undefined || environment.authorization.test(authorization)
      if (!isRight) wrong['credential']?.push(`${kind}: ${authorization}`)
      if ((agent === 'allstop') !== hasUndici) wrong['transport']?.push(`${kind}: ${agent}`)
    }
  }
  return wrong
}

const folder = await mkdtemp(join(tmpdir(), 'allstop-runtimes-'))
try {
  await exec('npm', ['pack', '--pack-destination', folder, '--loglevel', 'error'], { cwd: root })
  const packed = (await readdir(folder)).filter((name) => name.endsWith('.tgz')).map((name) => join(folder, name))
  await writeFile(join(folder, 'package.json'), '{"name":"runtimes","version":"1.0.0","type":"module"}')
  await copyFile(join(root, 'scripts/runtimes/program.mjs'), join(folder, 'program.mjs'))
  await npm('install', ...packed, ...runtimes.map(({ from }) => from))
  const rows = []
  const details: string[] = []
  for (const runtime of runtimes) {
    const wrong = await tryIn(runtime).catch((error: unknown) => String(error))
    const cell = (check: Check): string => {
      const found = typeof wrong === 'string' ? [wrong] : (wrong[check] ?? [])
      if (found.length > 0) details.push(`${runtime.name}, ${check}: ${found.join('; ')}`)
      return found.length === 0 ? 'ok' : 'FAIL'
    }
    rows.push({ runtime: runtime.name, ...Object.fromEntries(checks.map((check) => [check, cell(check)])) })
    await cleanUp()
  }
  printTable(['runtime', ...checks], rows as Record<string, string>[] as never)
  for (const line of details) console.log(line)
  process.exitCode = details.length === 0 ? 0 : 1
} finally {
  await cleanUp()
  await rm(folder, { recursive: true, force: true })
}
