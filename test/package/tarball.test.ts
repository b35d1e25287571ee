/** What users get: the packed tarball, installed in an empty folder, stops something; publint and attw find nothing. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const exec = promisify(execFile)
const bin = (name: string): string => join(root, 'node_modules', '.bin', name)
let folder: string
let tarball: string
let app: string

const npm = (args: string[], cwd: string) =>
  exec('npm', [...args, '--no-audit', '--no-fund', '--ignore-scripts', '--offline', '--loglevel', 'error'], { cwd })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allstop-tarball-'))
  const project = join(folder, 'project')
  await mkdir(project)
  for (const entry of ['package.json', 'README.md', 'LICENSE', 'tsconfig.json', 'src', 'generated', 'specs']) {
    await cp(join(root, entry), join(project, entry), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(project, 'node_modules'))
  await npm(['run', 'build'], project)
  // The dependencies are packed from what is installed here, so that nothing is fetched.
  const sources = [
    project,
    join(root, 'node_modules/openapi-fetch'),
    join(root, 'node_modules/openapi-typescript-helpers'),
  ]
  for (const source of sources) await npm(['pack', source, '--pack-destination', folder], folder)
  const packed = (await readdir(folder)).filter((name) => name.endsWith('.tgz')).map((name) => join(folder, name))
  tarball = packed.find((path) => /allstop-\d/.test(path)) ?? ''
  app = join(folder, 'app')
  await mkdir(app)
  await writeFile(join(app, 'package.json'), '{"name":"app","version":"1.0.0","type":"module"}')
  await npm(['install', ...packed], app)
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the installed package stops something, by its main entry and by a subpath', async () => {
  await using server = await startRecorder()
  await writeFile(
    join(app, 'stop.mjs'),
    `import { allstop, restate } from 'allstop'
     import { restate as same } from 'allstop/restate'
     import { serviceFabric } from 'allstop/service-fabric'
     import { readFileSync } from 'node:fs'
     import { fileURLToPath } from 'node:url'
     const spec = readFileSync(fileURLToPath(import.meta.resolve('allstop/specs/restate.yaml')), 'utf8')
     const fleet = allstop({
       orders: restate({ baseUrl: process.argv[2], api: 'patch' }),
       shop: serviceFabric({ baseUrl: process.argv[2] }),
     })
     const receipts = [
       await fleet.stop({ system: 'orders', invocationId: '${ids.restate}' }, { mode: 'force' }),
       await fleet.stop({ system: 'shop', applicationId: 'fabric:/a/b' }),
     ]
     console.log(JSON.stringify({ same: same === restate, spec: spec.slice(0, 7), outcomes: receipts.map((r) => r.outcome) }))`,
  )
  const { stdout } = await exec(process.execPath, ['stop.mjs', server.url], { cwd: app })
  expect(JSON.parse(stdout)).toEqual({ same: true, spec: 'openapi', outcomes: ['stopped', 'stopped'] })
  expect(server.requests.map(({ path }) => path)).toEqual([
    `/invocations/${ids.restate}/kill`,
    '/Applications/a~b/$/Delete?api-version=6.0&timeout=60',
  ])
})

test('its types compile for a strict user', async () => {
  await writeFile(
    join(app, 'typed.ts'),
    `import { allstop, restate, type Receipt } from 'allstop'
     import { functionCompute } from 'allstop/function-compute'
     import { basic, enterpriseScheduler, isStopError } from 'allstop/enterprise-scheduler'
     export const alone = enterpriseScheduler({ baseUrl: 'https://pod', auth: basic({ username: 'u', password: 'p' }) })
     export const guard = isStopError
     const fleet = allstop({ orders: restate({ baseUrl: 'http://127.0.0.1' }), tasks: functionCompute({ baseUrl: 'http://127.0.0.1' }) })
     export const receipt: Promise<Receipt<'restate'>> = fleet.stop({ system: 'orders', invocationId: 'x' }, { mode: 'force' })
     // @ts-expect-error Function Compute has no force
     export const wrong = fleet.stop({ system: 'tasks', serviceName: 's', functionName: 'f', invocationId: 'i' }, { mode: 'force' })`,
  )
  const flags = '--noEmit --strict --exactOptionalPropertyTypes --module nodenext --lib es2022,dom --types node'
  const typeRoots = ['--typeRoots', join(root, 'node_modules/@types')]
  await exec(bin('tsc'), [...flags.split(' '), ...typeRoots, 'typed.ts'], { cwd: app }).catch(
    (error: { stdout: string }) => {
      throw new Error(error.stdout)
    },
  )
}, 60_000)

test('publint and attw find nothing', async () => {
  await exec(bin('publint'), ['run', tarball, '--strict'], { cwd: folder })
  await exec(bin('attw'), [tarball, '--profile', 'esm-only'], { cwd: folder })
}, 60_000)
