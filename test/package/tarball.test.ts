/**
 * What users get: the tarball that `npm pack` makes in a fresh clone, installed in an empty folder, stops something; its
 * types need nothing but the web's; publint and attw find nothing.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { installPacked } from '../support/packed.js'
import { startRecorder } from '../support/recorder.js'
import { fixtures } from '../systems/index.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const exec = promisify(execFile)
const bin = (name: string): string => join(root, 'node_modules', '.bin', name)
/** The entries that are code. */
const { './specs/*': _, './package.json': __, ...entries } = manifest.exports
let folder: string
let tarball: string
let app: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allstop-tarball-'))
  ;({ tarball, app } = await installPacked(folder))
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

test('npm pack in a fresh clone builds what every entry leads to', async () => {
  const { stdout } = await exec('tar', ['-tzf', tarball])
  const packed = new Set(stdout.split('\n').map((line) => line.replace('package/', './')))
  const led = Object.values(entries).flatMap(({ types, default: code }) => [types, code])
  expect(led).toHaveLength(2 * (1 + fixtures.length))
  expect(led.filter((path) => !packed.has(path))).toEqual([])
})

test('no install script of a dependency runs at npm ci', async () => {
  // The mark is what npm goes by when it installs from the lock file; `npm install` of a new version may bring it back.
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: boolean }>
  }
  const marked = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript)
  expect(marked.map(([path]) => path)).toEqual([])
})

test.each([
  ['nodenext', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
  ['bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
])(
  'its types need nothing but ECMAScript and the web: %s',
  (_, module, moduleResolution) => {
    const program = ts.createProgram(
      Object.values(entries).map(({ types }) => join(app, 'node_modules/allstop', types)),
      {
        module,
        moduleResolution,
        target: ts.ScriptTarget.ES2023,
        lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
        types: [],
        // Nor those that are installed here.
        typeRoots: [],
        strict: true,
        skipLibCheck: false,
        noEmit: true,
      },
    )
    const host = {
      getCanonicalFileName: (name: string) => name,
      getCurrentDirectory: () => app,
      getNewLine: () => '\n',
    }
    expect(ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), host)).toBe('')
  },
  60_000,
)

test('the installed package stops something of each system, by its main entry and by the subpath', async () => {
  await using server = await startRecorder()
  const works = fixtures.map(({ kind, factory, variants: [{ target }] }) => ({ kind, factory, target }))
  await writeFile(
    join(app, 'stop.mjs'),
    `import * as main from 'allstop'
     import { readFileSync } from 'node:fs'
     import { fileURLToPath } from 'node:url'
     const [baseUrl, works] = process.argv.slice(2)
     const done = []
     for (const { kind, factory, target } of JSON.parse(works)) {
       const entry = await import('allstop/' + kind)
       const spec = readFileSync(fileURLToPath(import.meta.resolve('allstop/specs/' + kind + '.yaml')), 'utf8')
       const fleet = main.allstop({ one: entry[factory]({ baseUrl }) })
       const { kind: stopped, outcome } = await fleet.stop({ system: 'one', ...target })
       const same = entry[factory] === main[factory] && entry.StopError === main.StopError
       const { name } = entry[factory]
       const names = Object.keys(entry).sort().join()
       done.push({ same, name, names, spec: spec.slice(0, 7), kind: stopped, outcome })
     }
     console.log(JSON.stringify(done))`,
  )
  const { stdout } = await exec(process.execPath, ['stop.mjs', server.url, JSON.stringify(works)], { cwd: app })
  expect(JSON.parse(stdout)).toEqual(
    await Promise.all(
      fixtures.map(async ({ kind, factory, entry, variants: [{ lives }] }) => ({
        same: true,
        name: factory,
        // The bundler may give an entry more exports than its source has.
        names: Object.keys(await entry.load())
          .sort()
          .join(),
        spec: 'openapi',
        kind,
        outcome: lives.taken,
      })),
    ),
  )
  const sent = server.requests.map(({ method, path }) => `${method} ${path}`)
  for (const {
    modes: [mode = 'force'],
    variants: [{ wire }],
  } of fixtures) {
    expect(sent).toEqual(expect.arrayContaining((wire.stop[mode] ?? []).map(({ method, path }) => `${method} ${path}`)))
  }
})

test('its types compile for a strict user', async () => {
  const each = fixtures.map(
    ({ kind, factory }, index) =>
      `import * as entry${index} from 'allstop/${kind}'
       export const alone${index} = entry${index}.${factory}({ baseUrl: 'https://a' })
       export const kind${index}: '${kind}' = alone${index}.kind
       export const guard${index} = entry${index}.isStopError`,
  )
  await writeFile(
    join(app, 'typed.ts'),
    `import { allstop, restate, type Receipt } from 'allstop'
     import { acs3, functionCompute } from 'allstop/function-compute'
     ${each.join('\n')}
     const auth = acs3({ accessKeyId: 'a', accessKeySecret: 's' })
     export const tasks = functionCompute({ baseUrl: 'https://fc', auth })
     const fleet = allstop({ orders: restate({ baseUrl: 'http://127.0.0.1' }), tasks })
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
