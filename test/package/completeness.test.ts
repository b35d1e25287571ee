/**
 * Each system is everywhere where systems are: nothing but these tests would tell that one of them is missing in a table,
 * an entry or the demo. And no suite has a list of them of its own, in which a new one would be missing without a word.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as main from 'allstop'
import { describe, expect, test } from 'vitest'
import { countsOfSystems, factoriesIn } from '../support/listed-by-hand.js'
import { byKind, byName, type Files, folders, missing, repository, type Sought } from '../support/places.js'
import { fixtures } from '../systems/index.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('each system is everywhere where systems are', () => {
  expect(missing(repository, fixtures)).toEqual([])
})

test('each factory of the package is that of a fixture, and makes its kind', () => {
  const made = Object.entries(main).flatMap(([name, exported]) => {
    if (typeof exported !== 'function') return []
    try {
      const { kind } = (exported as (options: object) => { kind?: unknown })({ baseUrl: 'http://127.0.0.1:9' })
      return typeof kind === 'string' ? [[name, kind]] : []
    } catch {
      return []
    }
  })
  expect(Object.fromEntries(made)).toEqual(Object.fromEntries(fixtures.map(({ factory, kind }) => [factory, kind])))
})

/** What is missing in the repository as it is, which the first test tells: the others are about what is missing besides. */
const missingNow = new Set(missing(repository, fixtures))
const missingBesides = (files: Files, systems: Parameters<typeof missing>[1]) =>
  missing(files, systems).filter((line) => !missingNow.has(line))

describe('it is red where one is missing', () => {
  const changed = (path: string, change: (text: string) => string): Files => ({
    ...repository,
    text: (asked) => (asked === path ? change(repository.text(asked)) : repository.text(asked)),
  })
  /** No word of a system is left, by whichever name it goes there. */
  const without =
    ({ kind, title, factory }: Sought) =>
    (text: string) =>
      text
        .replaceAll(kind, '@')
        .replaceAll(title, '@')
        .replaceAll(factory, '@')
        .replace('"specs/*.yaml"', `"specs/*.yaml", "!specs/${kind}.yaml"`)

  const cases = [...byKind, ...byName].flatMap(({ path, what, concerns = () => true }) =>
    fixtures.filter(concerns).map((system) => ({ path, what, system, title: system.title })),
  )

  test.each(cases)('$path, $what: $title', ({ path, what, system }) => {
    const found = missingBesides(changed(path, without(system)), fixtures)
    expect(found).toContain(`${path}: ${what} is missing for ${system.title} (${system.kind})`)
    expect(found.filter((line) => !line.includes(system.kind))).toEqual([])
  })

  test.each(Object.keys(folders))('%s', (folder) => {
    for (const { kind, title } of fixtures) {
      const names = (asked: string) =>
        repository.names(asked).filter((name) => asked !== folder || (name !== kind && !name.startsWith(`${kind}.`)))
      expect(missingBesides({ ...repository, names }, fixtures)).toEqual([
        `${folder}: nothing is there for ${title} (${kind})`,
      ])
    }
  })

  test.each(Object.keys(folders))('of a system that has only its part of %s, everything else', (folder) => {
    const one = { specs: 'new-one.yaml', generated: 'new-one.ts' }[folder] ?? 'new-one'
    const names = (asked: string) => [...repository.names(asked), ...(asked === folder ? [one] : [])]
    const found = missingBesides({ ...repository, names }, fixtures)
    expect(found).toContain('test/systems/index.ts: its list has no fixture for new-one')
    expect(found).toHaveLength(Object.keys(folders).length - 1 + byKind.length)
    expect(found.filter((line) => !line.includes('new-one'))).toEqual([])
  })

  test('of one that has a fixture and nothing else, every place', () => {
    const one = { kind: 'new-one', title: 'New One', factory: 'newOne', needsCredential: true, environment: {} }
    const found = missingBesides(repository, [...fixtures, one])
    // The pattern of `files` takes every spec.
    expect(found).toHaveLength(Object.keys(folders).length + byKind.length - 1 + byName.length)
    expect(found.filter((line) => !line.endsWith('for New One (new-one)'))).toEqual([])
  })
})

/** What is in the repository, or will be with the next commit. */
const paths = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => /^(?:src|docs|specs|scripts|test)\/.*\.(?:ts|md|yaml)$|^README\.md$/.test(path))
  // Other tests have folders of their own for a while, with a dot before the name.
  .filter((path) => !path.includes('/.') && existsSync(join(root, path)))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

test('the demo shows what is in the list of the fixtures', () => {
  expect(read('scripts/demo.ts')).toContain("import { variants } from '../test/systems/index.js'")
})

describe('no file lists the systems by hand', () => {
  const factories = fixtures.map(({ factory }) => factory)
  /** Files that call more than two factories, each for a reason of its own. */
  const reasons: Readonly<Record<string, string>> = {
    ...Object.fromEntries(
      ['clock', 'doubt', 'exactly', 'in-the-dark', 'lost-force', 'odd-ways', 'outage'].map((name) => [
        `test/wait/${name}.test.ts`,
        'it takes the systems whose ways to end a wait differ; what they have in common goes over the fixtures',
      ]),
    ),
    'test/wire/tls.test.ts':
      'client certificates are used with one system, and the token of another has a server of its own',
  }
  const mayList = (path: string) => /^(?:test\/systems\/|test\/types\/|docs\/|README)/.test(path) || path in reasons

  test('more than two of them are named in none', () => {
    const listing = paths
      .filter((path) => !mayList(path))
      .map((path) => ({ path, named: factoriesIn(read(path), factories) }))
      .filter(({ named }) => named.length > 2)
      .map(({ path, named }) => `${path}: ${named.join(', ')}; go over the fixtures of test/systems/index.ts`)
    expect(listing).toEqual([])
  })

  test('calls are found, and only calls', () => {
    const text = "restate({}), x.serviceFabric({}), import { functionGraph } from 'allstop', fromEnv.functionCompute()"
    expect(factoriesIn(text, factories)).toEqual(['restate'])
    expect(factoriesIn('serviceFabric({ baseUrl })', factories)).toEqual(['serviceFabric'])
  })
})

describe('no text counts the systems', () => {
  /** Files that may, each for a reason of its own. */
  const reasons: Readonly<Record<string, string>> = {
    'test/package/completeness.test.ts': 'it says below what a count is',
    'test/support/listed-by-hand.ts': 'it says what a count is',
  }

  test('but for the first lines of the README', () => {
    const counting = paths
      .filter((path) => !(path in reasons))
      .flatMap((path) => {
        const text = path === 'README.md' ? read(path).replace(/^[\s\S]*?(?=\n## )/, '') : read(path)
        return countsOfSystems(text).map((found) => `${path}, ${found}`)
      })
    expect(counting).toEqual([])
  })

  test.each([
    ...['five systems', 'the four clouds', 'the other four systems', 'all five', 'All four are verified'],
    ...[
      'one of the five.',
      'a sixth system',
      'the four\n * clouds',
      'the three systems with two modes',
      '5 systems',
      'the five hand-written documents',
    ],
  ])('%s is a count', (text) => {
    expect(countsOfSystems(text)).not.toEqual([])
  })

  test.each([
    'systems with two modes',
    'the two versions',
    'all three, everywhere',
    'for five minutes',
    'the five fields',
  ])('%s is none', (text) => {
    expect(countsOfSystems(text)).toEqual([])
  })
})
