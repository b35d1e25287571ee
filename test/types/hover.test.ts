/** What an editor shows of the types: short signatures, wrong modes told by their values, and parameters that have a type. */
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { fixtures } from '../systems/index.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const file = fileURLToPath(new URL('probe.ts', import.meta.url))
const { config } = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile)
const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [file] }, ts.sys, root)

/** An editor with one file open. `^` in the text marks what the pointer is on, right behind it. */
function open(text: string, changed: ts.CompilerOptions = {}) {
  const marks: number[] = []
  let code = ''
  for (const piece of text.split('^')) {
    if (code !== '') marks.push(code.length)
    code += piece
  }
  const settings = { ...options, isolatedDeclarations: false, declaration: false, noUnusedLocals: false, ...changed }
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => settings,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => {
      const content = name === file ? code : ts.sys.readFile(name)
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: (name) => (name === file ? code : ts.sys.readFile(name)),
  }
  const editor = ts.createLanguageService(host)
  return {
    hovers: marks.map((mark) => ts.displayPartsToString(editor.getQuickInfoAtPosition(file, mark)?.displayParts)),
    problems: editor
      .getSemanticDiagnostics(file)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  }
}

const fleet = `
import { allstop, enterpriseScheduler, functionCompute, functionGraph, restate, serviceFabric } from 'allstop'
import type { FleetTarget } from 'allstop'
const fleet = allstop({
  orders: restate({ baseUrl: 'http://a' }),
  images: functionGraph({ baseUrl: 'http://a' }),
  reports: functionCompute({ baseUrl: 'http://a' }),
  payroll: enterpriseScheduler({ baseUrl: 'http://a' }),
  shop: serviceFabric({ baseUrl: 'http://a' }),
})
declare const any: FleetTarget<typeof fleet.systems>
`

describe('a function of a fleet', () => {
  let shown: ReturnType<typeof open>
  beforeAll(() => {
    shown = open(`${fleet}
      fleet.^stop({ system: 'orders', invocationId: 'x' }, { mode: 'force' })
      fleet.^read({ system: 'orders', invocationId: 'x' })
      fleet.^stopAndWait({ system: 'orders', invocationId: 'x' }, { deadlineMs: 1, escalateAfterMs: 1 })
      fleet.^waitUntilEnded({ system: 'orders', invocationId: 'x' }, { deadlineMs: 1, ifMissing: 'accept' })
      fleet.^stopAndWait({ system: 'payroll', requestId: 1 }, { deadlineMs: 1, ifStopping: 'repeat' })
      fleet.^stopAndWait({ system: 'shop', applicationId: 'a' }, { deadlineMs: 1, serverTimeoutSeconds: 5 })
      fleet.^stopAndWait({ system: 'images', functionUrn: 'u', requestId: 'r' }, { deadlineMs: 1, cascade: true })
    `)
  }, 60_000)

  test("compiles, with each system's own options", () => {
    expect(shown.problems).toEqual([])
  })

  test('is shown without the rest of the fleet', () => {
    expect(shown.hovers).toHaveLength(7)
    const [stop, read, stopAndWait, waitUntilEnded] = shown.hovers
    expect(stop).toMatch(/^\(method\) stop<"orders">\(target: Named<"orders", RestateTarget>, options\?: /)
    expect(read).toMatch(/^\(method\) read<"orders">\(target: Named<"orders", RestateTarget>, options\?: CallOptions\)/)
    expect(stopAndWait).toContain(
      'options: StopAndWaitOptions<RestateMode, Status<"restate", RestateTarget>>): Promise<',
    )
    expect(waitUntilEnded).toContain('options: WaitUntilEndedOptions<Status<"restate", RestateTarget>>): Promise<')
    // Long names, and options of their own.
    for (const hover of shown.hovers) expect(hover.length).toBeLessThanOrEqual(300)
    for (const hover of shown.hovers.slice(4)) expect(hover).not.toContain('Restate')
    for (const hover of shown.hovers.slice(0, 4)) {
      expect(hover.length).toBeLessThanOrEqual(210)
      expect(hover).not.toMatch(/shop|images|FunctionGraph|ServiceFabric/)
    }
  })
})

test('a wrong mode is told the modes that there are', () => {
  const { problems } = open(`${fleet}
    fleet.stop({ system: 'orders', invocationId: 'x' }, { mode: 'kill' })
    fleet.systems.shop.stopAndWait({ applicationId: 'x' }, { deadlineMs: 1, mode: 'kill' })
    fleet.stopAndWait({ system: 'images', functionUrn: 'u', requestId: 'r' }, { deadlineMs: 1, mode: 'graceful' })
  `)
  const both = `Type '"kill"' is not assignable to type '"graceful" | "force" | undefined'.`
  expect(problems).toEqual([both, both, `Type '"graceful"' is not assignable to type '"force"'.`])
}, 60_000)

test('onPhase has its type, also for a target of any system', () => {
  const { problems, hovers } = open(`${fleet}
    fleet.stopAndWait(any, { deadlineMs: 1, onPhase: (^status) => console.log(status.phase, status.target) })
    fleet.waitUntilEnded(any, { deadlineMs: 1, onPhase: (^status) => console.log(status.phase, status.target) })
    fleet.stopAndWait({ system: 'shop', applicationId: 'a' }, { deadlineMs: 1, onPhase: (^status) => status.target.applicationId })
  `)
  expect(problems).toEqual([])
  const [first, second, third] = hovers
  expect(first).toContain('Status<"restate", RestateTarget> | Status<"functiongraph", FunctionGraphTarget>')
  expect(second).toBe(first)
  expect(third).toBe('(parameter) status: Status<"service-fabric", ServiceFabricTarget>')
}, 60_000)

test('Headers are headers, also without the library dom.iterable', () => {
  const lib = ['lib.es2023.d.ts', 'lib.es2024.string.d.ts', 'lib.dom.d.ts']
  const code = `
    import type { HeadersGiven } from 'allstop'
    export const headers: HeadersGiven = new Headers()`
  expect(open(code, { lib, types: [], typeRoots: [] }).problems).toEqual([])
  expect(open(code).problems).toEqual([])
}, 60_000)

describe.each(fixtures)('the entry of $kind alone', ({ kind }) => {
  const codes = [
    ...['neighbours-stopped', 'children-stopped', 'state-may-leak', 'remote-may-run', 'existence-unknown'],
    ...['earlier-try-unanswered', 'already-stopping', 'not-checked'],
  ]

  test('has all codes of warnings, and shows them', () => {
    const all = codes.map((code) => `'${code}': ''`).join(', ')
    const { hovers, problems } = open(`
      import type { WarningCode } from 'allstop/${kind}'
      export const words: Record<WarningCode, string> = { ${all} }
      export type Code^ = WarningCode
    `)
    expect(problems).toEqual([])
    for (const code of codes) expect(hovers[0]).toContain(`"${code}"`)
  })
})
