/** What `npm run new-system` writes does not compile until it is filled in: at each missing part, and nowhere else. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Files, folders, missing, repository } from '../support/places.js'
import { fixtures } from '../systems/index.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

let copy: string
let written: readonly string[]

/** Runs a script of the copy; a failure is a result too. */
async function script(...args: string[]): Promise<{ readonly failed: boolean; readonly text: string }> {
  return run(process.execPath, args, { cwd: copy, maxBuffer: 2 ** 24 }).then(
    ({ stdout, stderr }) => ({ failed: false, text: stdout + stderr }),
    ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ failed: true, text: stdout + stderr }),
  )
}
const tsx = (name: string, ...args: string[]) => script('--import', 'tsx', `scripts/${name}.ts`, ...args)

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'allstop-new-system-'))
  const parts = ['src', 'specs', 'generated', 'scripts', 'test', 'package.json', 'tsconfig.json', 'README.md', 'docs']
  await Promise.all(parts.map((part) => cp(join(root, part), join(copy, part), { recursive: true })))
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  const { failed, text } = await tsx('new-system', 'night-shift', '--title', 'NIGHT Shift')
  expect(failed, text).toBe(false)
  written = [...text.matchAll(/^ {2}(\S+)$/gm)].map(([, path = '']) => path)
}, 60_000)
afterAll(() => rm(copy, { recursive: true, force: true }))

test('the compiler names each TODO, and nothing else', { timeout: 120_000 }, async () => {
  const { failed, text } = await script(join(root, 'node_modules/typescript/bin/tsc'), '-p', '.', '--pretty', 'false')
  expect(failed).toBe(true)
  const lines = text.split('\n').filter(Boolean)
  expect(lines.filter((line) => !line.endsWith("error TS2304: Cannot find name 'TODO'."))).toEqual([])
  const named = lines.map((line) => line.replace(/,\d+\).*$/, '').replace('(', ':'))
  const code = written.filter((path) => path.endsWith('.ts'))
  const open = await Promise.all(
    code.map(async (path) =>
      (await readFile(join(copy, path), 'utf8'))
        .split('\n')
        .flatMap((line, index) => (line.includes('TODO(') ? [`${path}:${index + 1}`] : [])),
    ),
  )
  expect([...new Set(named)].toSorted()).toEqual(open.flat().toSorted())
  // Only what follows from the other parts is complete from the beginning.
  expect(code.filter((_, index) => open[index]?.length === 0).map((path) => path.split('/').at(-1))).toEqual([
    'client.ts',
  ])
})

test('the names have the capitals of the title', async () => {
  const text = await readFile(join(copy, 'src/systems/night-shift/index.ts'), 'utf8')
  expect(text).toContain('export function nightShift(options: NIGHTShiftOptions): NIGHTShiftSystem {')
  expect(text).toContain(' * NIGHT Shift: stops work.')
})

test('the check of what is generated names each TODO of the spec', async () => {
  const { failed, text } = await tsx('generate', '--check')
  expect(failed).toBe(true)
  const spec = await readFile(join(copy, 'specs/night-shift.yaml'), 'utf8')
  const open = spec
    .split('\n')
    .flatMap((line, index) => (line.includes('TODO') ? [`${index + 1}: ${line.trim()}`] : []))
  expect(open.length).toBeGreaterThan(10)
  for (const line of open) expect(text).toContain(`specs/night-shift.yaml:${line}`)
})

test('it is registered wherever the compiler and the tools look; what people read is named by the completeness test', async () => {
  const one = { kind: 'night-shift', title: 'Night Shift', factory: 'nightShift', needsCredential: false }
  const paths = ['src/index.ts', 'package.json', 'specs/redocly.yaml', 'test/systems/index.ts']
  const texts = new Map(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(copy, path), 'utf8')] as const)),
  )
  const names = (folder: string) => [...repository.names(folder), ...(folder in folders ? [addedTo(folder)] : [])]
  const files: Files = { ...repository, names, text: (path) => texts.get(path) ?? repository.text(path) }
  const found = missing(files, [...fixtures, { ...one, environment: undefined }])
  const places = new Set(found.map((line) => line.replace(/:.*$/, '')))
  expect([...places].filter((path) => paths.includes(path))).toEqual(['package.json'])
  expect(found.filter((line) => line.startsWith('package.json')).toSorted()).toEqual([
    'package.json: a keyword is missing for Night Shift (night-shift)',
    'package.json: its name in `description` is missing for Night Shift (night-shift)',
  ])
  expect(places).toContain('README.md')
})

/** What was added to a folder that has something for each system. */
function addedTo(folder: string): string {
  return { specs: 'night-shift.yaml', generated: 'night-shift.ts' }[folder] ?? 'night-shift'
}

test.each([
  ['a system that is there', 'restate', /is there already/],
  ['one that was begun', 'night-shift', /is there already/],
  ['no name', '', /usage/],
  ['a name in other letters', 'NightShift', /usage/],
  ['a path', '../elsewhere', /usage/],
  ['a title of something else', 'day-shift --title Night', /--title is day-shift in words/],
])('%s is refused', async (_, kind, words) => {
  const { failed, text } = await tsx('new-system', ...kind.split(' ').filter(Boolean))
  expect(failed).toBe(true)
  expect(text).toMatch(words)
})
