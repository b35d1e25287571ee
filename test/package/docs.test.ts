/**
 * The README and docs/*.md: every snippet compiles as a strict module of its own, every link leads somewhere, the README
 * stays short, and its first example runs.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDocuments } from '../support/docs.js'
import { startRestate } from '../support/restate-server.js'
import { startServices } from '../support/restate-services.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const documents = await readDocuments()
const readme = documents.find(({ path }) => path === 'README.md')
let folder: string
beforeAll(async () => {
  // Inside the project, so that the package's own name and types resolve as its tsconfig says.
  folder = await mkdtemp(join(root, 'test', 'package', '.docs-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What snippets take from the reader's own code. */
const given = `
declare const fleet: import('allstop').Fleet<{
  orders: import('allstop').RestateSystem
  shop: import('allstop').ServiceFabricSystem
}>
declare const invocationId: string, username: string, password: string
declare const accessKeyId: string, secretAccessKey: string, accessKeySecret: string
declare const tokenUrl: string, clientId: string, clientSecret: string, cert: string, key: string, ca: string
declare const azureCredential: import('allstop').TokenGiver
declare function getKeys(): Promise<import('allstop').AlibabaKeys>
declare function getToken(purpose?: string, signal?: AbortSignal): Promise<string>
`

test('every snippet compiles', async () => {
  const ambient = join(folder, 'given.d.ts')
  await writeFile(ambient, given)
  const files: string[] = []
  for (const { path, snippets } of documents) {
    await mkdir(join(folder, basename(path)))
    for (const [index, { code }] of snippets.entries()) {
      const file = join(folder, basename(path), `${index + 1}.ts`)
      // The marker makes a module of one that imports nothing.
      await writeFile(file, `${code}export {}\n`)
      files.push(file)
    }
  }
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, root)
  // Snippets show calls whose results nobody uses, and export nothing.
  const program = ts.createProgram([ambient, ...files], {
    ...options,
    noUnusedLocals: false,
    isolatedDeclarations: false,
    declaration: false,
  })
  const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText, start = 0 }) => {
    const where = `${file?.fileName.slice(folder.length + 1)}: ${file?.text.slice(start, start + 60)}`
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
  expect(problems).toEqual([])
  expect(files.length).toBeGreaterThan(15)
}, 120_000)

test.each(documents)('every link of $path leads somewhere', ({ path, links }) => {
  const broken = links.filter((link) => {
    const [to = '', anchor] = link.split('#')
    const target = to === '' ? path : normalize(join(dirname(path), to))
    const page = documents.find((document) => document.path === target)
    if (anchor !== undefined) return page?.anchors.includes(anchor) !== true
    return !existsSync(join(root, target))
  })
  expect(broken).toEqual([])
})

test('the README is short, and leads to every page', () => {
  expect(readme?.text.split('\n').length).toBeLessThanOrEqual(250)
  const pages = documents.map(({ path }) => path).filter((path) => path !== 'README.md')
  expect(pages.filter((path) => !readme?.links.includes(path))).toEqual([])
})

test('the tarball holds all of them', async () => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel', 'error']
  const { stdout } = await promisify(execFile)('npm', args, { cwd: root })
  const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[]
  const names = packed?.files.map(({ path }) => path)
  expect(documents.filter(({ path }) => !names?.includes(path))).toEqual([])
})

test('what docs/architecture.md and docs/adding-a-system.md name is there', async () => {
  const folders = ['src', 'test', 'specs', 'scripts', '.']
  const listings = folders.map((name) => readdir(join(root, name), { recursive: name !== '.' }))
  const names = new Set((await Promise.all(listings)).flat().map((path) => basename(path)))
  const named = documents
    .filter(({ path }) => /architecture|adding/.test(path))
    .flatMap(({ text }) => [...text.matchAll(/`([\w./-]+\.(?:ts|json|yaml))`/g)].map(([, name = '']) => basename(name)))
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter((name) => !names.has(name))).toEqual([])
})

test('what docs/commands.md lists are the scripts of package.json', async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts: object }
  const text = documents.find(({ path }) => path === 'docs/commands.md')?.text ?? ''
  const listed = [...text.matchAll(/^\|.*\|$/gm)].flatMap(([row]) => [...row.matchAll(/`npm (?:run )?([\w-]+)`/g)])
  expect(new Set(listed.map(([, name]) => name))).toEqual(
    new Set(Object.keys(scripts).filter((name) => name !== 'prepack')),
  )
})

test('the first example of the README runs', async () => {
  await using server = await startRestate()
  await using services = await startServices(server)
  const programs = readme?.snippets.filter(({ language }) => language === 'js') ?? []
  expect(programs).toHaveLength(1)
  const parts = programs[0]?.code.split('http://127.0.0.1:9070') ?? []
  expect(parts).toHaveLength(2)
  const file = join(folder, 'stop.ts')
  await writeFile(file, parts.join(server.adminUrl))
  const run = async (...args: string[]) =>
    (await promisify(execFile)(process.execPath, ['--import', 'tsx', file, ...args], { cwd: root })).stdout.trim()

  expect(await run()).toMatch(/^not_found: orders /)
  const { invocationId } = await services.send('work/sleep', 'example')
  await services.noted('example', 'started')
  expect(await run(invocationId)).toMatch(/^stopped - orders inv_1\w+: stopped after [\d.]+ m?s/)
  expect(await services.row(invocationId)).toMatchObject({ status: 'completed', completion_failure: '[409] Cancelled' })
}, 60_000)
