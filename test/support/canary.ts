/** A secret that is driven through everything, and the look for it in all that anybody could print. */
import { inspect } from 'node:util'
import { afterEach, beforeEach, expect } from 'vitest'
import { errorBody } from './error-body.js'
import type { Recorded, Reply } from './recorder.js'

export const canary = 'c4nary-5ecret'
const forms = [canary, encodeURIComponent(canary), Buffer.from(canary).toString('base64').slice(0, 16)]
/** Basic hides the secret at an offset, so the whole of its header is looked for too. */
export const basicForms: readonly string[] = ['ops', 'id'].map((user) =>
  Buffer.from(`${user}:${canary}`).toString('base64'),
)

/** All that came, said back in every field of every system's errors. */
function echo({ headers, body }: Recorded): { words: string; fields: object } {
  const words = `${JSON.stringify(headers)} ${body}`
  return { words, fields: errorBody(words) }
}

/** A header that says back what was sent, as far as it fits into one. */
const echoHeader = (words: string) => ({ 'x-echo': words.slice(0, 2_000), 'x-request-id': words.slice(0, 500) })

/** Success, every failure, and a peer that echoes all it was sent. */
export const situations: Readonly<Record<string, (request: Recorded) => Reply>> = {
  ...Object.fromEntries(
    [200, 202, 400, 401, 403, 404, 409, 412, 429, 500, 503, 504].map((status) => [
      `HTTP ${status} with an echo`,
      (request: Recorded): Reply => {
        const { words, fields } = echo(request)
        return { status, headers: echoHeader(words), body: { ...fields, rows: [fields], status: words, state: words } }
      },
    ]),
  ),
  'HTML with an echo': (request) => ({ body: `<html>${echo(request).words}` }),
  'broken JSON with an echo': (request) => ({ body: `{"a": ${echo(request).words}` }),
  'a redirect with an echo': (request) => ({
    status: 307,
    headers: { location: `http://127.0.0.1:9/?${encodeURIComponent(echo(request).words)}` },
  }),
  'a reset': () => ({ raw: (request) => request.socket.resetAndDestroy() }),
  'no answer': () => ({ raw: () => {} }),
  'a body cut short': () => ({
    raw: (_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{')
      setTimeout(() => response.destroy(), 10)
    },
  }),
}

/** Keeps what is printed while a test of the file runs from being shown, and gives it. */
export function holdPrinted(): () => string {
  let printed = ''
  const writers = [process.stdout, process.stderr] as const
  const originals = writers.map((stream) => stream.write.bind(stream))
  beforeEach(() => {
    printed = ''
    for (const stream of writers) {
      stream.write = ((chunk: unknown) => {
        printed += String(chunk)
        return true
      }) as typeof stream.write
    }
  })
  afterEach(() => {
    writers.forEach((stream, index) => {
      const original = originals[index]
      if (original !== undefined) stream.write = original as typeof stream.write
    })
  })
  return () => printed
}

/** Everything of a value that anybody could print, its chain of causes included. */
export function shown(value: unknown): string {
  const parts = [inspect(value, { depth: 10, showHidden: true, getters: true }), JSON.stringify(value) ?? '']
  for (let link = value; link instanceof Error; link = link.cause) parts.push(link.message, String(link.stack))
  return parts.join('\n')
}

export function expectNoSecret(text: string): void {
  for (const form of [...forms, ...basicForms])
    expect(text.includes(form), `${form} in ${text.slice(0, 2_000)}`).toBe(false)
}
