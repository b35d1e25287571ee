/**
 * Begins a new system: `npm run new-system github-actions -- --title 'GitHub Actions'`. It writes the spec, the folder and
 * the fixture as stubs, registers them, and generates the types. Each part that is still to be written is a TODO: `tsc`
 * and `npm run check` name all of them, and nothing else. docs/adding-a-system.md goes through them.
 *
 * `--title` is the name for people; its capitals are those of the names in the code. `--root DIR` names another checkout.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const here = fileURLToPath(new URL('.', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { root: { type: 'string', default: join(here, '..') }, title: { type: 'string' } },
})
const { root } = values
const [kind = ''] = positionals
if (positionals.length !== 1 || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(kind)) {
  console.error('usage: npm run new-system <kind>, in small letters and hyphens, such as github-actions')
  process.exit(1)
}
if (existsSync(join(root, 'src/systems', kind))) {
  console.error(`${kind} is there already: src/systems/${kind}`)
  process.exit(1)
}
const title = values.title ?? kind.replace(/(?:^|-)(.)/g, (_, letter: string) => ` ${letter.toUpperCase()}`).trim()
if (!/^[A-Za-z][A-Za-z0-9 ]*$/.test(title) || title.toLowerCase().replaceAll(' ', '-') !== kind) {
  console.error(`--title is ${kind} in words, such as 'GitHub Actions' for github-actions`)
  process.exit(1)
}
const Kind = title
  .split(' ')
  .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  .join('')
const name = kind.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

const filled = (text: string): string =>
  text
    .replaceAll('__kind__', kind)
    .replaceAll('__Kind__', Kind)
    .replaceAll('__name__', name)
    .replaceAll('__title__', title)

/** A file that has to be there already, with a line more. */
async function register(path: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(join(root, path), 'utf8')
  const changed = change(text)
  if (changed === text) throw new Error(`${path} does not have the place where a system is registered`)
  await writeFile(join(root, path), changed)
}

/** A line put among lines of the same kind, in the order of the alphabet. */
function among(text: string, alike: RegExp, line: string): string {
  const lines = text.split('\n')
  const next = lines.findIndex((other) => alike.test(other) && other > line)
  const last = lines.findLastIndex((other) => alike.test(other))
  if (last === -1) return text
  return lines.toSpliced(next === -1 ? last + 1 : next, 0, line).join('\n')
}

const templates = join(here, 'new-system')
const folders = { src: `src/systems/${kind}`, test: `test/systems/${kind}`, specs: 'specs' }
const files = await readdir(templates, { recursive: true, withFileTypes: true })
const written: string[] = []
for (const file of files.filter((one) => one.isFile())) {
  const [folder = '', ...rest] = relative(templates, join(file.parentPath, file.name)).split('/')
  const path = join(folders[folder as keyof typeof folders], filled(rest.join('/')).replace(/\.txt$/, ''))
  await mkdir(dirname(join(root, path)), { recursive: true })
  const text = filled(await readFile(join(file.parentPath, file.name), 'utf8'))
  // `wx`: nothing is written over.
  await writeFile(join(root, path), text, { flag: 'wx' })
  written.push(path)
}

await register('src/index.ts', (text) =>
  among(text, /^export \* from '\.\/systems\//, `export * from './systems/${kind}/index.js'`),
)
await register('specs/redocly.yaml', (text) => text.replace(/^extends:/m, `  ${kind}: { root: ${kind}.yaml }\n$&`))
await register('package.json', (text) => {
  const json = JSON.parse(text) as { exports: Record<string, unknown> }
  const at = `./dist/src/systems/${kind}/index`
  const { './specs/*': specs, './package.json': own, ...entries } = json.exports
  const entry = { types: `${at}.d.ts`, default: `${at}.js` }
  json.exports = { ...entries, [`./${kind}`]: entry, './specs/*': specs, './package.json': own }
  return `${JSON.stringify(json, null, 2)}\n`
})
await register('test/systems/index.ts', (text) =>
  among(
    text,
    /^import .* from '\.\/[a-z-]+\/index\.js'$/,
    `import { ${name}Fixture } from './${kind}/index.js'`,
  ).replace(
    /^(const fixtureOf: [^\n]*\n(?: {2}\S.*\n)*)}/m,
    `$1  ${kind === name ? kind : `'${kind}'`}: ${name}Fixture,\n}`,
  ),
)

console.log(`written:\n${written.map((path) => `  ${path}`).join('\n')}`)
console.log('registered in src/index.ts, package.json, specs/redocly.yaml, test/systems/index.ts')
// The stubs compile but for their TODOs only with the types of the spec.
execFileSync(process.execPath, ['--import', 'tsx', 'scripts/generate.ts'], { cwd: root, stdio: 'ignore' })
console.log('next: docs/adding-a-system.md; `npx tsc -p .` and `npm run check` name each TODO')
