/** The line that called stands right behind the message of every error. */
import { allstop, bearer, clientCertificate, fromEnv, isStopError, onEvent, restate, type StopError } from 'allstop'
import { afterEach, describe, expect, test } from 'vitest'
import { ids } from '../support/systems.js'

const target = { invocationId: ids.restate }
const baseUrl = 'http://127.0.0.1:9'
const refusing = () => Promise.reject(new TypeError('refused later'))
const system = restate({ baseUrl, fetch: refusing, retry: false })
const fleet = allstop({ a: system })
const wait = { deadlineMs: 20 }

/** The lines of a stack behind the message. */
const framesOf = ({ stack = '' }: StopError) => stack.split('\n').filter((line) => /^ {4}at /.test(line))

function expectCaller(error: unknown, depth = 1): void {
  if (!isStopError(error)) throw error
  expect(error.stack?.startsWith(`StopError: ${error.message}\n    at `)).toBe(true)
  const line = framesOf(error).findIndex((frame) => frame.includes('error-stack.test.ts'))
  expect(framesOf(error)[line]).toContain('callHere')
  expect(line).toBeLessThan(depth)
}

const calls: Record<string, () => Promise<unknown>> = {
  stop: async function callHere() {
    return system.stop(target)
  },
  read: async function callHere() {
    return system.read(target)
  },
  stopAndWait: async function callHere() {
    return system.stopAndWait(target, wait)
  },
  waitUntilEnded: async function callHere() {
    return system.waitUntilEnded(target, wait)
  },
  purge: async function callHere() {
    return system.purge(target)
  },
  'stop of what is no target': async function callHere() {
    return system.stop({ invocationId: 'x' })
  },
  'stop through the fleet': async function callHere() {
    return fleet.stop({ system: 'a', ...target })
  },
  'stopAndWait through the fleet': async function callHere() {
    return fleet.stopAndWait({ system: 'a', ...target }, wait)
  },
  'a system that the fleet has not': async function callHere() {
    return fleet.read({ system: 'b', ...target } as never)
  },
  'the typed client': async function callHere() {
    return system.client.GET('/version')
  },
  'the typed client, refused': async function callHere() {
    return system.client.GET('/version', { bogus: 1 } as never)
  },
  'the typed client, by request': async function callHere() {
    return system.client.request('get', '/version')
  },
}

describe.each(Object.entries(calls))('%s', (_, callHere) => {
  test('awaited later', async () => {
    const called = callHere()
    called.catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 60))
    expectCaller(await called.catch((thrown: unknown) => thrown))
  })
})

const made: Record<string, () => unknown> = {
  factory: function callHere() {
    return restate({ baseUrl: 'nowhere' })
  },
  fleet: function callHere() {
    return allstop({})
  },
  name: function callHere() {
    return system.named('')
  },
  credential: function callHere() {
    return bearer(undefined as never)
  },
  environment: function callHere() {
    return fromEnv.restate({})
  },
  certificate: function callHere() {
    return clientCertificate({} as never)
  },
  event: function callHere() {
    return onEvent('bogus' as never, () => {})
  },
  middleware: function callHere() {
    return system.client.use('x' as never)
  },
}

test.each(Object.entries(made))('%s', (_, callHere) => {
  try {
    callHere()
  } catch (thrown) {
    return expectCaller(thrown, 1)
  }
  throw new Error('accepted')
})

test('two callers who share a request each find their own line', async () => {
  const shared = restate({ baseUrl, fetch: refusing, retry: false })
  async function callHere() {
    return shared.stop(target)
  }
  const [one, other] = await Promise.all([callHere(), shared.purge(target)].map((it) => it.catch((thrown) => thrown)))
  expectCaller(one)
  expect(framesOf(other as StopError)[0]).not.toContain('callHere')
  expect(one).not.toBe(other)
})

test("what the caller's own code throws keeps its line in the cause", async () => {
  function wrapper(): Promise<Response> {
    throw new TypeError('a defect in a wrapper')
  }
  const error = await restate({ baseUrl, fetch: wrapper, retry: false })
    .read(target)
    .catch((thrown) => thrown)
  expect(error.cause.stack.split('\n')[1]).toMatch(/at .*wrapper.*error-stack\.test\.ts/)
  expect(error.cause.stack).toMatch(/^TypeError: a defect in a wrapper\n {4}at /)
})

describe('where the runtime cannot tell', () => {
  const { captureStackTrace, prepareStackTrace } = Error
  afterEach(() => {
    Error.captureStackTrace = captureStackTrace
    Error.prepareStackTrace = prepareStackTrace
  })

  test.each(['captureStackTrace', 'prepareStackTrace'] as const)('an %s that throws changes no error', async (name) => {
    Error[name] = () => {
      throw new Error('patched')
    }
    const called = system.stop({ invocationId: 'x' }).catch((thrown: unknown) => thrown)
    await expect(called).resolves.toMatchObject({ name: 'StopError', code: 'invalid_argument' })
  })

  test('the ordinary stack stays', async () => {
    Error.captureStackTrace = undefined as never
    const error = await system.stop({ invocationId: 'x' }).catch((thrown: unknown) => thrown)
    if (!isStopError(error)) throw error
    expect(error.stack?.startsWith(`StopError: ${error.message}`)).toBe(true)
  })
})
