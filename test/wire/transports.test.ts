/** undici and fetch are one to a caller: the same is sent, and the same answer is read the same way. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { isStopError, restate } from 'allstop'
import { describe, expect, test } from 'vitest'
import { answerWell } from '../support/answers.js'
import { startRecorder } from '../support/recorder.js'
import { canary, ids } from '../support/systems.js'
import { variants } from '../systems/index.js'

const globalFetch = (url: string, init: RequestInit) => globalThis.fetch(url, init)
const overEach = [{}, { fetch: globalFetch }] as const

describe('the same is sent', () => {
  /** What each transport says of itself. */
  const own =
    /^(?:user-agent|accept-language|accept-encoding|sec-fetch-mode|connection|host|date|x-acs-date|x-sdk-date|x-acs-signature-nonce|authorization)$/

  test.each(variants)('$name', async ({ make, target, credential, modes }) => {
    const sent = await Promise.all(
      overEach.map(async (options) => {
        await using server = await startRecorder(answerWell)
        const clock = { now: () => 1_767_323_045_000, sleep: async () => {} }
        const fixed = { baseUrl: server.url, auth: credential(canary), headers: { 'x-own': 'a, b' }, clock }
        const system = make({ ...fixed, ...options })
        for (const mode of modes) await system.stop(target, { mode }).catch(() => {})
        await system.read(target).catch(() => {})
        await system.purge?.(target).catch(() => {})
        return server.requests.map(({ headers, ...rest }) => ({
          ...rest,
          headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !own.test(name))),
          names: Object.keys(headers)
            .filter((name) => name === 'authorization' || !own.test(name))
            .sort(),
        }))
      }),
    )
    const [overUndici, overFetch] = sent
    expect(overUndici?.length).toBeGreaterThan(1)
    expect(overUndici).toEqual(overFetch)
  })
})

describe('the same answer is read the same way', () => {
  const head = (status: string, ...fields: string[]) =>
    `HTTP/1.1 ${status}\r\n${fields.map((f) => `${f}\r\n`).join('')}\r\n`
  const whole = (body: string | Uint8Array, ...fields: string[]): (string | Uint8Array)[] => [
    head('200 OK', 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`, ...fields),
    body,
  ]
  const json = '{"a":"ü€"}'
  const bomb = Buffer.alloc(3_000_000, ' ')
  const gz = gzipSync(json)

  /** The bytes of each answer, after which the connection is closed. */
  const answers: Readonly<Record<string, readonly (string | Uint8Array)[]>> = {
    plain: whole(json),
    gzip: whole(gz, 'content-encoding: gzip'),
    'x-gzip': whole(gz, 'content-encoding: x-gzip'),
    'GZIP in capital letters': whole(gz, 'Content-Encoding: GZIP'),
    brotli: whole(brotliCompressSync(json), 'content-encoding: br'),
    deflate: whole(deflateSync(json), 'content-encoding: deflate'),
    'raw deflate': whole(deflateRawSync(json), 'content-encoding: deflate'),
    'gzip of brotli': whole(gzipSync(brotliCompressSync(json)), 'content-encoding: br, gzip'),
    'gzip twice, in two headers': whole(gzipSync(gz), 'content-encoding: gzip', 'content-encoding: gzip'),
    identity: whole(json, 'content-encoding: identity'),
    'an unknown coding': whole(json, 'content-encoding: snappy'),
    'an empty coding': whole(json, 'content-encoding:'),
    'said to be gzip': whole(json, 'content-encoding: gzip'),
    'said to be brotli': whole(json, 'content-encoding: br'),
    'gzip cut short': whole(gz.subarray(0, gz.length - 12), 'content-encoding: gzip'),
    'gzip with something behind it': whole(Buffer.concat([gz, Buffer.from('x')]), 'content-encoding: gzip'),
    'two members of gzip': whole(Buffer.concat([gzipSync('{"a":'), gzipSync('1}')]), 'content-encoding: gzip'),
    'an empty body said to be gzip': whole('', 'content-encoding: gzip'),
    'a bomb of gzip': whole(gzipSync(bomb), 'content-encoding: gzip'),
    'a bomb of brotli': whole(brotliCompressSync(bomb), 'content-encoding: br'),
    'a bomb of deflate': whole(deflateSync(bomb), 'content-encoding: deflate'),
    'too large': whole(bomb),
    'the limit': whole(`"${'a'.repeat(1_048_574)}"`),
    'one more than the limit': whole(`"${'a'.repeat(1_048_575)}"`),
    chunked: [head('200 OK', 'transfer-encoding: chunked'), '3\r\n{"a\r\n', '4\r\n":1}\r\n', '0\r\n\r\n'],
    'chunked with a trailer': [head('200 OK', 'transfer-encoding: chunked'), '2\r\n{}\r\n0\r\nx-late: 1\r\n\r\n'],
    'chunked and cut short': [head('200 OK', 'transfer-encoding: chunked'), '3\r\n{"a\r\n'],
    'chunked wrongly': [head('200 OK', 'transfer-encoding: chunked'), 'zz\r\n{}\r\n0\r\n\r\n'],
    'until the connection is closed': [head('200 OK'), json],
    'shorter than said': [head('200 OK', 'content-length: 20'), json],
    nothing: [],
    'an early hint': [head('103 Early Hints', 'link: </a>'), ...whole(json)],
    'two of them': [head('102 Processing'), head('103 Early Hints', 'x-a: 1'), ...whole(json)],
    '100 Continue': [head('100 Continue'), ...whole(json)],
    '101 unasked': [head('101 Switching Protocols', 'upgrade: x', 'connection: upgrade'), json],
    '204 with a length': [head('204 No Content', 'content-length: 2')],
    '204 with a body': [head('204 No Content', 'content-length: 2'), '{}'],
    '205 with a body': [head('205 Reset Content', 'content-length: 2'), '{}'],
    '200 without a length or body': [head('200 OK', 'content-length: 0')],
    '304': [head('304 Not Modified', 'content-length: 2')],
    '404 empty': [head('404 Not Found', 'content-length: 0')],
    'a status of 199': [head('199 Odd', 'content-length: 0')],
    'a status of 600': [head('600 Odd', 'content-length: 0')],
    'a status of 999': [head('999 Odd', 'content-length: 0')],
    'a status of two digits': [head('20 OK', 'content-length: 0')],
    'no reason': ['HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n'],
    'HTTP/1.0': ['HTTP/1.0 200 OK\r\n\r\n', json],
    'HTTP/2.0': ['HTTP/2.0 200 OK\r\n\r\n', json],
    'headers twice': whole(
      json,
      'x-many: 1',
      'X-Many: 2',
      'retry-after: 1',
      'retry-after: 2',
      'set-cookie: a=1',
      'set-cookie: b=2',
    ),
    'headers that are empty, or have blanks': whole(json, 'x-empty:', 'x-blank:   a \t', 'x-tab:\ta'),
    'headers in Latin-1': [
      head('200 OK', `content-length: ${Buffer.byteLength(json)}`).replace('\r\n\r\n', '\r\n'),
      Buffer.from('x-latin: caf\xe9\r\n\r\n', 'latin1'),
      json,
    ],
    'a header named __proto__': whole(json, '__proto__: x', 'constructor: y', 'toString: z'),
    'a folded header': [`HTTP/1.1 200 OK\r\nx-a: 1\r\n 2\r\ncontent-length: 2\r\n\r\n{}`],
    'headers that are too long': whole(json, `x-long: ${'a'.repeat(20_000)}`),
    'two lengths': [head('200 OK', 'content-length: 2', 'content-length: 3'), '{}'],
    'not UTF-8': whole(Buffer.from([0x22, 0xff, 0xfe, 0xe9, 0x22])),
    'UTF-8 cut in a character': whole(Buffer.from('"ü').subarray(0, 2)),
    'a byte order mark': whole(`\ufeff${json}`),
    'a byte order mark of UTF-16': whole(Buffer.from([0xff, 0xfe, 0x7b, 0x00])),
    'a byte order mark, in gzip': whole(gzipSync(`\ufeff${json}`), 'content-encoding: gzip'),
    'a character in two chunks': [
      head('200 OK', 'transfer-encoding: chunked'),
      '2\r\n"',
      Buffer.from([0xc3]),
      '\r\n2\r\n',
      Buffer.from([0xbc]),
      '"\r\n0\r\n\r\n',
    ],
    HTML: whole('<h1>Sign in</h1>', 'content-type: text/html'),
    'a redirect': [head('302 Found', 'location: http://elsewhere.invalid/', 'content-length: 0')],
    'not HTTP': ['SSH-2.0-OpenSSH_9.2\r\n'],
  }

  /** Where undici is stricter than fetch, or says better what it was: `protocol`, and it may have taken effect. */
  const stricter = [
    'said to be brotli',
    'gzip with something behind it',
    'a status of two digits',
    // Depends on the undici that Node.js has its fetch from.
    'a folded header',
  ]

  /** All that a caller of the typed client can see of it. */
  async function seen(bytes: readonly (string | Uint8Array)[], options: object): Promise<unknown> {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => {
        for (const part of bytes) socket.write(part)
        socket.end()
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { client } = restate({ baseUrl, attemptTimeoutMs: 5_000, ...options })
    try {
      const { data, error, response } = await client.PATCH('/invocations/{invocation_id}/kill', {
        params: { path: { invocation_id: ids.restate } },
      })
      return { data, error, status: response.status, headers: [...response.headers] }
    } catch (thrown) {
      if (!isStopError(thrown)) throw thrown
      const { code, ambiguous, httpStatus, attempts } = thrown
      return { code, ambiguous, httpStatus, attempts }
    } finally {
      server.close()
    }
  }

  test.each(Object.entries(answers))('%s', async (name, bytes) => {
    const [overUndici, overFetch] = await Promise.all(overEach.map((options) => seen(bytes, options)))
    if (stricter.includes(name)) expect(overUndici).toMatchObject({ code: 'protocol', ambiguous: true })
    else expect(overUndici).toEqual(overFetch)
  })
})
