/** The OpenTelemetry recipe of docs/watching.md, word for word, with the real SDK. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { bearer, restate } from 'allstop'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readDocument } from '../support/docs.js'
import { startRecorder } from '../support/recorder.js'
import { canary, ids } from '../support/systems.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const spans = new InMemorySpanExporter()
let folder: string

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
  const { snippets } = await readDocument('docs/watching.md')
  const recipe = snippets.find(({ code }) => code.includes('@opentelemetry/api'))?.code
  if (recipe === undefined) throw new Error('docs/watching.md has no recipe')
  folder = await mkdtemp(join(root, 'test', 'package', '.recipe-'))
  const file = join(folder, 'recipe.ts')
  await writeFile(file, recipe)
  await import(/* @vite-ignore */ pathToFileURL(file).href)
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(() => spans.reset())

const tracer = trace.getTracer('test')
const invocation = { invocationId: ids.restate }

test('a stop and its tries are spans of the trace that the caller is in', async () => {
  let asked = 0
  await using server = await startRecorder(() => ({ status: asked++ === 0 ? 429 : 202 }))
  const system = restate({ baseUrl: server.url, api: 'patch', auth: bearer(canary), retry: { minDelayMs: 1 } })
  await tracer.startActiveSpan('incident', async (span) => {
    await system.stop(invocation, { ifStopping: 'repeat' })
    span.end()
  })
  const [first, second, stop, incident] = spans.getFinishedSpans()
  expect([first, second, stop].map((span) => span?.name)).toEqual([
    'restate cancelInvocation',
    'restate cancelInvocation',
    'restate stop',
  ])
  expect([first, second].map((span) => span?.attributes['http.response.status_code'])).toEqual([429, 202])
  expect(stop?.attributes).toMatchObject({ 'allstop.kind': 'restate', 'allstop.outcome': 'accepted' })
  for (const span of [first, second, stop]) {
    expect(span?.spanContext().traceId).toBe(incident?.spanContext().traceId)
    expect(span?.parentSpanContext?.spanId).toBe(incident?.spanContext().spanId)
  }
  expect(inspect(spans.getFinishedSpans(), { depth: 8 })).not.toContain(canary)
})

test('an error is an error of its span', async () => {
  await using server = await startRecorder(() => ({ status: 403, body: { message: 'no', restate_code: null } }))
  const system = restate({ baseUrl: server.url, api: 'patch', auth: bearer(canary) })
  await expect(system.stop(invocation)).rejects.toMatchObject({ code: 'permission_denied' })
  const stop = spans.getFinishedSpans().find(({ name }) => name === 'restate stop')
  expect(stop?.status).toMatchObject({ code: SpanStatusCode.ERROR, message: 'permission_denied' })
  expect(inspect(spans.getFinishedSpans(), { depth: 8 })).not.toContain(canary)
})
