/** Every place of the repository that has to have each system, beside its own folder; what is missing there, by name. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the places are asked for. */
export interface Sought {
  readonly kind: string
  readonly title: string
  readonly factory: string
  readonly needsCredential: boolean
  readonly environment: object | undefined
}

/** The files of the repository, or of one that differs from it. */
export interface Files {
  text(path: string): string
  names(folder: string): readonly string[]
}

export const repository: Files = {
  text: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''),
  names: (folder) => readdirSync(join(root, folder)),
}

export interface Place {
  readonly path: string
  /** What of a system stands there. */
  readonly what: string
  has(text: string, system: Sought): boolean
  /** @default it has to have every system */
  concerns?(system: Sought): boolean
}

const section = (text: string, heading: string): string =>
  text.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`)) ?? ''

const row = (path: string, heading: string): Place => ({
  path,
  what: `a row of the table "${heading}"`,
  has: (text, { title }) => section(text, heading).includes(`\n| ${title} `),
})

const calls = (text: string, { factory }: Sought): boolean => new RegExp(`(?<![.\\w])${factory}\\(`).test(text)

type KindPlace = Omit<Place, 'has'> & { has(text: string, system: Pick<Sought, 'kind'>): boolean }

/** Those that a system is found at by its kind alone. */
export const byKind: readonly KindPlace[] = [
  {
    path: 'package.json',
    what: 'an entry of `exports`',
    has: (text, { kind }) => {
      const { exports } = JSON.parse(text) as { exports: Record<string, { types: string; default: string }> }
      const entry = exports[`./${kind}`]
      const dist = `./dist/src/systems/${kind}/index`
      return entry?.types === `${dist}.d.ts` && entry.default === `${dist}.js`
    },
  },
  {
    path: 'package.json',
    what: 'its spec among `files`',
    has: (text, { kind }) => {
      const { files } = JSON.parse(text) as { files: string[] }
      const isIn = files.includes('specs/*.yaml') || files.includes(`specs/${kind}.yaml`)
      return isIn && !files.includes(`!specs/${kind}.yaml`)
    },
  },
  {
    path: 'package.json',
    what: 'a keyword',
    has: (text, { kind }) => (JSON.parse(text) as { keywords: string[] }).keywords.includes(kind),
  },
  {
    path: 'specs/redocly.yaml',
    what: 'an entry of `apis`',
    has: (text, { kind }) => text.includes(`\n  ${kind}: { root: ${kind}.yaml }`),
  },
  {
    path: 'src/index.ts',
    what: 'an export',
    has: (text, { kind }) => text.includes(`export * from './systems/${kind}/index.js'`),
  },
  {
    path: 'test/systems/index.ts',
    what: 'a fixture',
    has: (text, { kind }) => text.includes(`from './${kind}/index.js'`),
  },
  {
    path: 'README.md',
    what: 'its entry',
    has: (text, { kind }) => text.includes(`\`allstop/${kind}\``),
  },
  {
    path: 'docs/options.md',
    what: 'an entry in the table "Entries of the package"',
    has: (text, { kind }) => section(text, 'Entries of the package').includes(`\`allstop/${kind}\``),
  },
]

/** Those that have its name or call its factory. */
export const byName: readonly Place[] = [
  { path: 'package.json', what: 'its name in `description`', has: (text, { title }) => text.includes(title) },
  {
    path: 'src/from-env.ts',
    what: 'its credential from the environment',
    has: (text, { factory, kind }) =>
      text.includes(`as ${factory} } from './systems/${kind}/`) &&
      text.includes(`readonly ${factory}: typeof ${factory}`),
    concerns: ({ environment }) => environment !== undefined,
  },
  {
    path: 'README.md',
    what: 'its name in the first lines',
    has: (text, { title }) => text.slice(0, text.indexOf('\n## ')).replaceAll('\n', ' ').includes(title),
  },
  row('README.md', 'Systems, targets and modes'),
  {
    path: 'README.md',
    what: 'an example in "Create each system"',
    has: (text, system) => calls(section(text, 'Create each system'), system),
  },
  row('docs/receipts.md', 'What proves an end'),
  row('docs/receipts.md', 'Side effects of a stop'),
  row('docs/receipts.md', 'Pauses between reads'),
  {
    path: 'docs/errors.md',
    what: 'a table in "What each system\'s answers mean"',
    has: (text, { title }) =>
      new RegExp(`^\\*\\*${title}\\b.*\\n\\n\\|`, 'm').test(section(text, "What each system's answers mean")),
  },
  { path: 'docs/credentials.md', what: 'a section', has: (text, { title }) => section(text, title) !== '' },
  {
    path: 'docs/credentials.md',
    what: 'its credential from the environment',
    has: (text, { factory, title }) => section(text, title).includes(`\`fromEnv.${factory}()\``),
    concerns: ({ environment }) => environment !== undefined,
  },
  {
    path: 'docs/retries.md',
    what: 'a word on whether its stops are repeated',
    has: (text, { title }) => text.includes(title),
  },
  {
    path: 'docs/watching.md',
    what: 'its name beside the warning of a missing credential',
    has: (text, { title }) => new RegExp(`^\\| \`allstop:warning\` \\|.*\\b${title}\\b`, 'm').test(text),
    concerns: ({ needsCredential }) => needsCredential,
  },
]

/** The folders that have a file or folder for each system, named after its kind. */
export const folders: Readonly<Record<string, (name: string) => string | undefined>> = {
  specs: (name) => (name === 'redocly.yaml' ? undefined : /^(.+)\.yaml$/.exec(name)?.[1]),
  generated: (name) => /^(.+)\.ts$/.exec(name)?.[1],
  'src/systems': (name) => (name.includes('.') ? undefined : name),
  'test/systems': (name) => (name.includes('.') ? undefined : name),
}

/** One line for each system that is missing somewhere: the file, what, and which system. */
export function missing(files: Files, systems: readonly Sought[]): string[] {
  const held = Object.entries(folders).map(
    ([folder, kindOf]) => [folder, new Set(files.names(folder).flatMap((name) => kindOf(name) ?? []))] as const,
  )
  const { exports } = JSON.parse(files.text('package.json')) as { exports: object }
  const entries = Object.keys(exports).flatMap((key) => /^\.\/([\w-]+)$/.exec(key)?.[1] ?? [])
  const linted = [...files.text('specs/redocly.yaml').matchAll(/^ {2}([\w-]+): \{ root:/gm)].flatMap(
    ([, kind]) => kind ?? [],
  )
  const kinds = new Set([
    ...held.flatMap(([, inIt]) => [...inIt]),
    ...entries,
    ...linted,
    ...systems.map(({ kind }) => kind),
  ])
  const lacks = ({ path, what }: Pick<Place, 'path' | 'what'>, who: string) => `${path}: ${what} is missing for ${who}`
  return [...kinds].flatMap((kind) => {
    const system = systems.find((one) => one.kind === kind)
    const who = system === undefined ? kind : `${system.title} (${kind})`
    const concerned = byName.filter(({ concerns }) => system !== undefined && (concerns?.(system) ?? true))
    return [
      ...(system === undefined ? [`test/systems/index.ts: its list has no fixture for ${kind}`] : []),
      ...held.filter(([, inIt]) => !inIt.has(kind)).map(([folder]) => `${folder}: nothing is there for ${who}`),
      ...byKind.filter(({ path, has }) => !has(files.text(path), { kind })).map((place) => lacks(place, who)),
      ...concerned
        .filter(({ path, has }) => system !== undefined && !has(files.text(path), system))
        .map((place) => lacks(place, who)),
    ]
  })
}
