/** A dispatcher of the caller's: undici's own, one that looks like it, and all that a broken one may do. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Dispatcher, functionGraph, isStopError, type SystemOptions } from 'allstop'
import * as undici from 'undici'
import { afterEach, describe, expect, test } from 'vitest'
import { startCounting } from '../support/sockets.js'
import { ids } from '../support/systems.js'

const target = { functionUrn: ids.urn, requestId: ids.uuid }
const baseUrl = 'http://127.0.0.1:9'

/** The handler that undici 7 calls. */
interface Handler {
  onRequestStart(controller: unknown, context: unknown): void
  onResponseStart(controller: unknown, status: unknown, headers: unknown, text?: string): void
  onResponseData(controller: unknown, chunk: unknown): void
  onResponseEnd(controller: unknown, trailers: object): void
  onResponseError(controller: unknown, error: unknown): void
}

interface Request {
  readonly origin: string
  readonly path: string
  readonly method: string
}

/** An object that looks like a dispatcher. */
const like = (dispatch: (request: Request, handler: Handler) => unknown): Dispatcher => ({ dispatch }) as never

const controller = { abort: () => {} }

async function stopOver(dispatcher: Dispatcher, options?: Partial<SystemOptions<never>>) {
  const system = functionGraph({ baseUrl, dispatcher, retry: false, attemptTimeoutMs: 300, ...options })
  const result = await system.stop(target).catch((thrown: unknown) => thrown)
  if (result instanceof Error && !isStopError(result)) throw result
  return result as object
}

describe('works', () => {
  test.each<[string, (origin: string) => Dispatcher]>([
    ['an Agent', () => new undici.Agent()],
    ['a Pool', (origin) => new undici.Pool(origin)],
    ['a Client', (origin) => new undici.Client(origin)],
    ['a composed one', () => new undici.Agent().compose(undici.interceptors.dump())],
  ])('%s', async (_, make) => {
    await using server = await startCounting()
    expect(await stopOver(make(server.url), { baseUrl: server.url })).toMatchObject({ outcome: 'accepted' })
    expect(server.asked).toHaveLength(1)
  })

  test('a MockAgent', async () => {
    const agent = new undici.MockAgent()
    agent.disableNetConnect()
    agent
      .get(baseUrl)
      .intercept({ method: 'POST', path: () => true })
      .reply(200, '')
    expect(await stopOver(agent)).toMatchObject({ outcome: 'accepted', httpStatus: 200 })
    agent.assertNoPendingInterceptors()
  })

  test('an object that looks like one', async () => {
    const asked: Request[] = []
    const dispatcher = like((request, handler) => {
      asked.push(request)
      handler.onRequestStart(controller, {})
      handler.onResponseStart(controller, 100, {})
      handler.onResponseStart(controller, 200, { 'X-Request-Id': 'abc', 'x-many': ['1', '2'], 'x-none': undefined })
      handler.onResponseEnd(controller, {})
      return true
    })
    expect(await stopOver(dispatcher)).toMatchObject({ outcome: 'accepted', requestId: 'abc' })
    expect(asked).toMatchObject([{ origin: baseUrl, method: 'POST' }])
  })
})

describe('ends in a StopError, and in time', () => {
  const answer = (handler: Handler, status: unknown, headers: unknown, ...chunks: unknown[]) => {
    handler.onRequestStart(controller, {})
    handler.onResponseStart(controller, status, headers)
    for (const chunk of chunks) handler.onResponseData(controller, chunk)
    handler.onResponseEnd(controller, {})
  }
  const doubtful = { ambiguous: true, attempts: 1 }

  test.each<[string, object, (request: Request, handler: Handler) => unknown]>([
    [
      'that throws',
      { ...doubtful, code: 'unavailable' },
      () => {
        throw new Error('no')
      },
    ],
    [
      'that throws a text',
      { ...doubtful, code: 'unavailable' },
      () => {
        throw 'no'
      },
    ],
    ['that never calls back', { ...doubtful, code: 'deadline_exceeded' }, () => true],
    [
      'that stops in the middle',
      { ...doubtful, code: 'deadline_exceeded' },
      (_, handler) => {
        handler.onRequestStart(controller, {})
        handler.onResponseStart(controller, 200, {})
      },
    ],
    ['that rejects', { ...doubtful, code: 'deadline_exceeded' }, () => Promise.reject(new Error('no')).catch(() => {})],
    ['whose status is 0', { ...doubtful, code: 'protocol' }, (_, handler) => answer(handler, 0, {})],
    ['whose status is no number', { ...doubtful, code: 'protocol' }, (_, handler) => answer(handler, '200', {})],
    ['whose status is NaN', { ...doubtful, code: 'protocol' }, (_, handler) => answer(handler, Number.NaN, {})],
    ['without headers', { ...doubtful, code: 'protocol' }, (_, handler) => answer(handler, 200, undefined)],
    ['whose headers are null', { ...doubtful, code: 'protocol' }, (_, handler) => answer(handler, 200, null)],
    ['whose headers are numbers', { ...doubtful, code: 'protocol' }, (_, handler) => answer(handler, 200, { a: 7 })],
    ['whose body is text', { ...doubtful, code: 'protocol' }, (_, handler) => answer(handler, 200, {}, '{}')],
    ['whose body is nothing', { ...doubtful, code: 'protocol' }, (_, handler) => answer(handler, 200, {}, undefined)],
    [
      'that ends what it never began',
      { ...doubtful, code: 'protocol' },
      (_, handler) => handler.onResponseEnd(controller, {}),
    ],
    [
      'that fails with nothing',
      { ...doubtful, code: 'unavailable' },
      (_, handler) => handler.onResponseError(controller, undefined),
    ],
    [
      'that fails after it has begun to answer',
      { ...doubtful, code: 'unavailable' },
      (_, handler) => {
        handler.onResponseStart(controller, 200, {})
        handler.onResponseError(controller, new Error('no'))
      },
    ],
  ])('one %s', async (_, error, dispatch) => {
    const began = performance.now()
    expect(await stopOver(like(dispatch))).toMatchObject({ name: 'StopError', ...error })
    expect(performance.now() - began).toBeLessThan(5_000)
    // Called back from somewhere else, an error of ours would end the process.
    const later = like((request, handler) => {
      setImmediate(() => {
        try {
          dispatch(request, handler)
        } catch {}
      })
    })
    expect(await stopOver(later)).toMatchObject({ name: 'StopError', ambiguous: true })
  })

  test('one that calls back twice: the first answer counts', async () => {
    const dispatcher = like((_, handler) => {
      answer(handler, 200, {})
      answer(handler, 500, { 'content-encoding': 'gzip' }, Buffer.from('no'))
      handler.onResponseError(controller, new Error('no'))
    })
    expect(await stopOver(dispatcher)).toMatchObject({ outcome: 'accepted', httpStatus: 200 })
  })

  test.each([
    Object.assign(new Error('invalid onError method'), { code: 'UND_ERR_INVALID_ARG' }),
    new TypeError('this.handler.onConnect is not a function'),
  ])('one of undici 6, whose handlers have other functions: %s', async (thrown) => {
    const old = like(() => {
      throw thrown
    })
    const error = await stopOver(old, { retry: { attempts: 3, minDelayMs: 1 } })
    expect(error).toMatchObject({ code: 'invalid_argument', ambiguous: false, attempts: 1 })
    expect(String(error)).toContain('dispatcher: must be of undici 7 or later')
  })
})

test('one that sends again by itself sends a stop once', async () => {
  await using server = await startCounting((request, response, nth) =>
    nth === 0 ? response.writeHead(503).end() : request.socket.resetAndDestroy(),
  )
  const dispatcher = new undici.RetryAgent(new undici.Agent(), {
    ...{ maxRetries: 3, minTimeout: 1, maxTimeout: 5, methods: ['GET', 'POST'] },
  })
  const error = await stopOver(dispatcher, { baseUrl: server.url, attemptTimeoutMs: 2_000 })
  expect(error).toMatchObject({ name: 'StopError', ambiguous: true })
  await pause(100)
  expect(server.asked).toHaveLength(1)
  await dispatcher.close()
})

test('one that begins when the try has ended sends nothing', async () => {
  const aborted: unknown[] = []
  let begin = () => {}
  const dispatcher = like((_, handler) => {
    begin = () => handler.onRequestStart({ abort: (reason: unknown) => aborted.push(reason) }, {})
  })
  expect(await stopOver(dispatcher)).toMatchObject({ code: 'deadline_exceeded' })
  begin()
  expect(aborted).toEqual([expect.any(Error)])
})

test('the answers of a dispatcher end a try in no more than its time, and let go of what is under way', async () => {
  const aborted: unknown[] = []
  const dispatcher = like((_, handler) => {
    handler.onRequestStart({ abort: (reason: unknown) => aborted.push(reason) }, {})
  })
  expect(await stopOver(dispatcher)).toMatchObject({ code: 'deadline_exceeded', ambiguous: true })
  expect(aborted).toEqual([expect.any(Error)])
})

const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)
process.on('unhandledRejection', note)
afterEach(async () => {
  await pause(1)
  expect(unhandled).toEqual([])
})
