/** What the real console of a process prints: a line for each event, whole, and nothing beside it. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Recorded, type Reply, startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const exec = promisify(execFile)
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'allstop-console-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const script = (logger: string): string => `
  import { functionGraph, onEvent, restate } from ${JSON.stringify(join(root, 'src/index.ts'))}
  import { writeFileSync } from 'node:fs'
  const [baseUrl, counted] = process.argv.slice(2)
  const names = ['stop', 'read', 'stopAndWait', 'waitUntilEnded', 'purge', 'attempt', 'retry', 'warning']
  let events = 0
  for (const name of names) onEvent('allstop:' + name, () => { events += 1 })
  const logger = ${logger}
  functionGraph({ baseUrl, logger })
  const system = restate({ baseUrl, api: 'patch', retry: { attempts: 3, minDelayMs: 1, maxDelayMs: 2 }, logger }).named('orders')
  const target = { invocationId: '${ids.restate}' }
  await system.stopAndWait(target, { deadlineMs: 5_000, ifStopping: 'repeat' })
  await system.read(target)
  await system.purge(target).catch(() => {})
  await system.stop({ invocationId: 'x' }).catch(() => {})
  writeFileSync(counted, String(events))`

/** Overloaded once, then cancelled; a purge is refused with a text of two lines. */
function restateServer(): (request: Recorded) => Reply {
  let cancels = 0
  return ({ path }) => {
    const row = {
      id: ids.restate,
      status: 'completed',
      completion_result: 'failure',
      completion_failure: '[409] killed',
    }
    if (path === '/query') return { body: { rows: [row] } }
    if (path.endsWith('/purge')) return { status: 500, body: { message: 'one\n%s two\nthree' } }
    cancels += 1
    return { status: cancels === 1 ? 429 : 202 }
  }
}

test.each([
  ['the global console', 'console'],
  ['a console of its own', 'new console.Console(process.stdout, process.stderr)'],
])('%s', async (_, logger) => {
  await using server = await startRecorder(restateServer())
  const file = join(folder, 'log.mjs')
  const counted = join(folder, 'events')
  await writeFile(file, script(logger))
  const tsx = fileURLToPath(import.meta.resolve('tsx'))
  const { stdout, stderr } = await exec(process.execPath, ['--import', tsx, file, server.url, counted], { cwd: root })
  const lines = [...stdout.trimEnd().split('\n'), ...stderr.trimEnd().split('\n')]
  expect(lines).toHaveLength(Number(await readFile(counted, 'utf8')))
  expect(lines.length).toBeGreaterThan(10)
  const begins = /^(?:orders|functiongraph)(?: \w+)?(?: inv_\w{34})?: ./
  expect(lines.filter((line) => !begins.test(line))).toEqual([])
  const own = lines.map((line) => line.replace(/\d+ ms/g, 'N ms'))
  expect(own).toContain(`orders stop ${ids.restate}: accepted, unknown (2 tries, N ms)`)
  expect(own.find((line) => line.startsWith('orders purge '))).toContain('one %s two three')
  expect(own[0]).not.toContain('{')
})
