/** What a system's own entry exports is enough to use it, is the same as in the main entry, and brings no other system along. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as main from 'allstop'
import * as enterpriseScheduler from 'allstop/enterprise-scheduler'
import type * as functionCompute from 'allstop/function-compute'
import * as functionGraph from 'allstop/functiongraph'
import * as restate from 'allstop/restate'
import type * as serviceFabric from 'allstop/service-fabric'
import ts from 'typescript'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { fixtures } from '../systems/index.js'

const source = fileURLToPath(new URL('../../src', import.meta.url))

const entries = await Promise.all(
  fixtures.map(async (fixture) => ({ ...fixture, exported: await fixture.entry.load() })),
)

/** Every source that a file imports, or that those import, types aside. */
function reached(file: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  })
  for (const { fileName } of ts.preProcessFile(outputText).importedFiles) {
    const path = join(dirname(file), fileName.replace(/\.js$/, '.ts'))
    if (fileName.startsWith('.') && existsSync(path)) reached(path, seen)
  }
  return seen
}

describe.each(entries)('allstop/$kind', ({ kind, factory, entry, environment, exported }) => {
  test('exports what its users need, and the same as the main entry', () => {
    const shared = ['StopError', 'isEnded', 'isStopError', 'onEvent', 'signed']
    expect(Object.keys(exported).sort()).toEqual([...entry.own, ...shared].sort())
    for (const [key, value] of Object.entries(exported)) {
      if (key !== 'fromEnv') expect(value).toBe(Reflect.get(main, key))
    }
    expect(entry.own).toContain(factory)
    expect(Reflect.get(exported, 'fromEnv')).toBe(environment?.from)
  })

  test('brings no other system along', () => {
    const files = [...reached(join(source, 'systems', kind, 'index.ts'))].map((file) => relative(source, file))
    expect(files).toContain('core/call/transport.ts')
    expect(files.filter((file) => !file.startsWith('core/') && !file.startsWith(`systems/${kind}/`))).toEqual([])
  })
})

test('the main entry has them all, and its fromEnv stands for all of theirs', () => {
  const withOwn = entries.filter(({ exported }) => 'fromEnv' in exported)
  expect(main.fromEnv).toEqual(
    Object.fromEntries(withOwn.map(({ factory, exported }) => [factory, Reflect.get(exported, 'fromEnv')])),
  )
  const all = new Set(entries.flatMap(({ exported }) => Object.keys(exported)))
  expect(Object.keys(main).sort()).toEqual([...all, 'allstop'].sort())
})

test("a credential from the environment, by the system's own entry", async () => {
  const auth = restate.fromEnv({ RESTATE_AUTH_TOKEN: 'token-1' })
  expect(restate.restate({ baseUrl: 'https://a.example', auth }).kind).toBe('restate')
  expect(() => functionGraph.fromEnv({})).toThrow('HUAWEICLOUD_SDK_AK: is not set in the environment')
})

test('the types are there too', () => {
  type Shared = [
    ...[restate.Receipt, restate.WaitReceipt, restate.PurgeReceipt, restate.Status, restate.Step, restate.Times],
    ...[restate.Warning, restate.WarningCode, restate.Phase, restate.Outcome, restate.Mode, restate.StopErrorCode],
    ...[restate.Fetch, restate.Logger, restate.Events, restate.CallOptions, restate.StopOptions, restate.WaitOptions],
  ]
  expectTypeOf<Shared[7]>().toEqualTypeOf<main.WarningCode>()
  expectTypeOf<serviceFabric.Warning['code']>().toEqualTypeOf<main.WarningCode>()
  expectTypeOf<functionCompute.Receipt>().toEqualTypeOf<main.Receipt>()
  expectTypeOf(enterpriseScheduler.fromEnv).returns.toExtend<main.Credential<'basic' | 'oauth2'>>()
})
