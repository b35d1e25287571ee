/** What is read from foreign words: network failures, statuses, times, thrown values. */
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { canonicalQuery } from '../../src/core/credential/digest.js'
import { codeOfStatus } from '../../src/core/http/http-status.js'
import { isCertificateRefused, readNetworkFailure } from '../../src/core/http/network.js'
import { startAttemptSignal } from '../../src/core/time/attempt-signal.js'
import { summarize } from '../../src/core/words/cause.js'
import { timeOf } from '../../src/core/words/state.js'

const coded = (code: string, cause?: unknown) => Object.assign(new Error(code, { cause }), { code })
const connecting = (code: string) => Object.assign(coded(code), { syscall: 'connect' })
const reading = (code: string) => Object.assign(coded(code), { syscall: 'read' })
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause })

describe('what fetch threw', () => {
  test.each([
    ['refused', fetchFailed(connecting('ECONNREFUSED')), 'unavailable', false],
    ['no way to the host', fetchFailed(connecting('EHOSTUNREACH')), 'unavailable', false],
    ['no way to the host any more', fetchFailed(reading('EHOSTUNREACH')), 'unavailable', true],
    ['no way to the network any more', fetchFailed(reading('ENETUNREACH')), 'unavailable', true],
    ['refused, nobody knows at what', fetchFailed(coded('ECONNREFUSED')), 'unavailable', true],
    ['a connection that took too long', fetchFailed(coded('UND_ERR_CONNECT_TIMEOUT')), 'unavailable', false],
    // Both addresses of localhost were tried.
    ['refused at every address', fetchFailed(new AggregateError([connecting('ECONNREFUSED')])), 'unavailable', false],
    ['a name that is looked up in vain', fetchFailed(coded('EAI_AGAIN')), 'unavailable', false],
    ['a host that does not answer', fetchFailed(connecting('ETIMEDOUT')), 'unavailable', false],
    ['a host that answers no more', fetchFailed(reading('ETIMEDOUT')), 'unavailable', true],
    ['a reset', fetchFailed(coded('ECONNRESET')), 'unavailable', true],
    ["undici's own time-out for headers", fetchFailed(coded('UND_ERR_HEADERS_TIMEOUT')), 'deadline_exceeded', true],
    ["undici's own time-out for bodies", fetchFailed(coded('UND_ERR_BODY_TIMEOUT')), 'deadline_exceeded', true],
    ['a certificate', fetchFailed(coded('CERT_HAS_EXPIRED')), 'unavailable', false],
    ['what is not HTTP', fetchFailed(coded('HPE_INVALID_CONSTANT')), 'protocol', true],
    ['the same on Node 24', fetchFailed(Object.assign(new Error('x'), { name: 'HTTPParserError' })), 'protocol', true],
    ['broken gzip', new TypeError('terminated', { cause: coded('Z_DATA_ERROR') }), 'protocol', true],
    ['a port that fetch refuses', fetchFailed(new Error('bad port')), 'invalid_argument', false],
    ['a text', 'boom', 'unavailable', true],
    ['nothing', undefined, 'unavailable', true],
    ['an error without a cause', new TypeError('fetch failed'), 'unavailable', true],
  ])('%s', (_, thrown, code, mayHaveArrived) => {
    expect(readNetworkFailure(thrown)).toMatchObject({ code, mayHaveArrived })
  })

  test.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', 'unavailable', /NODE_EXTRA_CA_CERTS .* `ca` in `tls` or to clientCertificate/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unavailable', /NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unavailable', /NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', 'unavailable', /has expired/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'unavailable', /another host name/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'unavailable', /scheme and port/],
    ['CERT_REVOKED', 'unavailable', undefined],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'unauthenticated', /`cert` and `key`/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'unauthenticated', /`cert` and `key`/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'unavailable', undefined],
  ])('what to do about %s', (name, code, hint) => {
    const failure = readNetworkFailure(fetchFailed(coded(name)))
    expect(failure).toMatchObject({ code, text: expect.stringContaining(`(${name})`) })
    if (hint === undefined) expect(failure.hint).toBeUndefined()
    else expect(failure.hint).toMatch(hint)
  })

  test('only the alert that ends a handshake says that no request was taken', () => {
    const mayHaveArrived = (name: string) => readNetworkFailure(fetchFailed(coded(name))).mayHaveArrived
    expect(mayHaveArrived('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')).toBe(false)
    expect(mayHaveArrived('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA')).toBe(true)
  })

  test.each([
    ['boom', 'the request failed: Error: thrown string'],
    [new TypeError('fetch failed'), 'the request failed: TypeError: fetch failed'],
    [fetchFailed(coded('E_OWN')), 'the request failed: Error: E_OWN (E_OWN)'],
    [fetchFailed(coded('ECONNRESET')), 'connection lost (ECONNRESET)'],
  ])('in words: %s', (thrown, text) => {
    expect(readNetworkFailure(thrown)).toMatchObject({ text })
  })

  test('a chain that bites its tail is followed only so far', () => {
    const snake = new Error('snake')
    snake.cause = snake
    expect(readNetworkFailure(snake)).toMatchObject({ code: 'unavailable' })
  })

  test('only a certificate is one', () => {
    expect(isCertificateRefused(fetchFailed(coded('SELF_SIGNED_CERT_IN_CHAIN')))).toBe(true)
    expect(isCertificateRefused(fetchFailed(coded('ECONNRESET')))).toBe(false)
    expect(isCertificateRefused('boom')).toBe(false)
  })
})

test.each([
  [400, 'invalid_argument'],
  [401, 'unauthenticated'],
  [403, 'permission_denied'],
  [404, 'not_found'],
  [405, 'protocol'],
  [406, 'protocol'],
  [408, 'deadline_exceeded'],
  [409, 'failed_precondition'],
  [410, 'protocol'],
  [412, 'failed_precondition'],
  [413, 'invalid_argument'],
  [414, 'invalid_argument'],
  [415, 'protocol'],
  [418, 'unknown'],
  [422, 'invalid_argument'],
  [429, 'rate_limited'],
  [500, 'unknown'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'deadline_exceeded'],
  [202, 'protocol'],
])('HTTP %i means %s where the system says nothing else', (status, code) => {
  expect(codeOfStatus(status)).toBe(code)
})

test.each([
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
  [1_767_323_045_000, '2026-01-02T03:04:05.000Z'],
  [0, undefined],
  ['', undefined],
  [null, undefined],
  [undefined, undefined],
  ['soon', undefined],
  [Number.NaN, undefined],
])('the time %j', (value, time) => {
  expect(timeOf(value)?.toISOString()).toBe(time)
})

describe('a thrown value is reduced', () => {
  test('to name, message and code, along its causes', () => {
    const summary = summarize(fetchFailed(new AggregateError([coded('ECONNREFUSED', coded('INNER'))], 'both')))
    expect(summary).toMatchObject({ name: 'TypeError', message: 'fetch failed' })
    expect(summary.cause).toMatchObject({ name: 'AggregateError', message: 'both' })
    expect((summary.cause as Error).cause).toMatchObject({ code: 'ECONNREFUSED', cause: { code: 'INNER' } })
  })

  test('also when it cannot be read', () => {
    const trap = new Error('trap')
    Object.defineProperty(trap, 'message', {
      get: () => {
        throw new Error('trap')
      },
    })
    expect(summarize(trap).message).toBe('an error that cannot be read')
  })

  test.each([
    ['boom', 'thrown string'],
    [undefined, 'thrown undefined'],
    [{ a: 1 }, 'thrown object'],
  ])('%j', (value, text) => {
    expect(summarize(value).message).toBe(text)
  })

  test('not deeper than five', () => {
    let chain: Error = new Error('0')
    for (let depth = 1; depth < 9; depth += 1) chain = new Error(String(depth), { cause: chain })
    let length = 0
    for (let link: unknown = summarize(chain); link instanceof Error; link = link.cause) length += 1
    expect(length).toBe(5)
  })
})

test('of two ends of an attempt the first counts', async () => {
  const controller = new AbortController()
  const attempt = startAttemptSignal(1, [controller.signal])
  await new Promise((resolve) => attempt.signal.addEventListener('abort', resolve))
  controller.abort()
  expect(attempt.ended()).toBe('timeout')
  attempt.close()
})

test('a query is signed in order, by name and then by value', () => {
  expect(canonicalQuery(new URLSearchParams('b=2&a=2&a=1&a=2&B=0'))).toBe('B=0&a=1&a=2&a=2&b=2')
})

test('an error of another realm, such as that of a test runner, is read like one of this', () => {
  const other = runInNewContext("Object.assign(new Error('no'), { code: 'ECONNREFUSED', syscall: 'connect' })") as Error
  expect(other).not.toBeInstanceOf(Error)
  expect(readNetworkFailure(other)).toMatchObject({
    code: 'unavailable',
    mayHaveArrived: false,
    text: 'connection refused',
  })
  expect(summarize(other)).toMatchObject({ name: 'Error', message: 'no', code: 'ECONNREFUSED' })
})

test('the words of undici for a proxy that refuses are read like those of `proxy`', () => {
  const thrown = Object.assign(new Error('Proxy response (407) !== 200 when HTTP Tunneling'), {
    code: 'UND_ERR_ABORTED',
  })
  expect(readNetworkFailure(thrown)).toMatchObject({
    code: 'unauthenticated',
    mayHaveArrived: false,
    text: 'the proxy of `dispatcher` refused the connection (HTTP 407)',
  })
})
