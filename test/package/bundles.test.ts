/**
 * What bundlers make of the installed package: for Node.js, a worker and a browser; only what is imported; and not much of
 * it. A bundle without Node.js runs where there is no process.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { installPacked } from '../support/packed.js'
import { startRecorder } from '../support/recorder.js'
import { fixtures } from '../systems/index.js'

let folder: string
let app: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allstop-bundles-'))
  ;({ app } = await installPacked(folder))
}, 120_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A bundle of a program, which imports what it likes of the package. */
async function bundled(program: string, options: BuildOptions): Promise<{ code: string; inputs: string[] }> {
  const { outputFiles, metafile, warnings } = await build({
    stdin: { contents: program, resolveDir: app },
    ...{ bundle: true, format: 'esm', write: false, metafile: true, logLevel: 'silent', absWorkingDir: app },
    ...options,
  })
  expect(warnings).toEqual([])
  const [output] = Object.values(metafile?.outputs ?? {})
  const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return { code: outputFiles?.[0]?.text ?? '', inputs: inputs.map(([path]) => path) }
}

const node: BuildOptions = { platform: 'node' }
const withoutNode: readonly (readonly [string, BuildOptions])[] = [
  ['a browser', { platform: 'browser' }],
  ['a worker', { platform: 'neutral', conditions: ['workerd', 'worker'], mainFields: ['module', 'main'] }],
]

test('for Node.js, undici is a part of it', async () => {
  const { inputs } = await bundled("export * from 'allstop'", node)
  expect(inputs).toContain('node_modules/undici/lib/dispatcher/pool.js')
})

describe.each(withoutNode)('for %s', (_, options) => {
  test('there is no undici and no import of Node.js', async () => {
    const { code, inputs } = await bundled("export * from 'allstop'", options)
    expect(inputs.filter((path) => path.includes('undici/'))).toEqual([])
    expect(code).not.toMatch(/(?:from|import|require)\s*\(?\s*["'](?:node:|#)/)
  })

  test('it stops something of each system by fetch, without a process', async () => {
    await using server = await startRecorder()
    const { code } = await bundled("export * from 'allstop'", { ...options, format: 'iife', globalName: 'main' })
    const web = { AbortController, AbortSignal, FormData, Headers, Request, Response, TextDecoder, TextEncoder, URL }
    const more = { URLSearchParams, clearTimeout, setTimeout, console, crypto, fetch, performance, structuredClone }
    const context = createContext({ ...web, ...more })
    const main = runInContext(`${code}; main`, context) as Record<string, (options: object) => System>
    expect(runInContext('typeof process', context)).toBe('undefined')
    for (const { factory, variants } of fixtures) {
      const system = main[factory]?.({ baseUrl: server.url })
      expect((await system?.stop(variants[0].target))?.outcome).toBe(variants[0].lives.taken)
      await system?.close()
    }
    expect(server.requests.every(({ headers }) => headers['user-agent'] !== 'allstop')).toBe(true)
  })
})

interface System {
  stop(target: object): Promise<{ outcome: string }>
  close(): Promise<void>
}

test.each(fixtures)('of the main entry, $factory alone brings no other system along', async ({ factory, kind }) => {
  const { inputs } = await bundled(`export { ${factory} } from 'allstop'`, { platform: 'browser' })
  const systems = inputs.flatMap((path) => /systems\/([^/]+)\//.exec(path)?.[1] ?? [])
  expect(systems).toEqual([kind])
})

describe('gzipped, with what it depends on but undici', () => {
  const sizeOf = async (entry: string): Promise<number> => {
    const { code } = await bundled(`export * from '${entry}'`, { platform: 'browser', minify: true })
    return gzipSync(code).byteLength
  }

  test('all of it is at most 52 kB', async () => {
    expect(await sizeOf('allstop')).toBeLessThanOrEqual(52_000)
  })

  test.each(fixtures)('$kind is at most 40 kB', async ({ kind }) => {
    expect(await sizeOf(`allstop/${kind}`)).toBeLessThanOrEqual(40_000)
  })
})

test('each source map leads to sources that are in the package', () => {
  const dist = join(app, 'node_modules/allstop/dist')
  const maps = (readdirSync(dist, { recursive: true }) as string[]).filter((path) => path.endsWith('.map'))
  const shipped = new Set(readdirSync(join(app, 'node_modules/allstop'), { recursive: true }) as string[])
  const lost = maps.flatMap((path) => {
    const { sources } = JSON.parse(readFileSync(join(dist, path), 'utf8')) as { sources: string[] }
    const found = sources.map((source) => relative(join(dist, '..'), resolve(dirname(join(dist, path)), source)))
    expect(found).not.toEqual([])
    return found.filter((source) => !shipped.has(source))
  })
  expect(lost).toEqual([])
  expect(maps.some((path) => path.endsWith('.js.map'))).toBe(true)
  expect(maps.some((path) => path.endsWith('.d.ts.map'))).toBe(true)
})
