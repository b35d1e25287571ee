/** A clock of the caller's: what it must be, and that all that is timed reads it. */
import { mock } from 'node:test'
import { setTimeout as sleepOf } from 'node:timers/promises'
import {
  acs3,
  akSk,
  type Clock,
  enterpriseScheduler,
  type Fetch,
  functionCompute,
  functionGraph,
  oauth2ClientCredentials,
  onEvent,
  restate,
} from 'allstop'
import { afterEach, describe, expect, test } from 'vitest'
import { baseUrl, task } from '../support/examples.js'
import { target } from '../support/fakes/asked.js'
import { fakeRestate } from '../support/fakes/restate.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { watched } from '../support/fakes/watched.js'
import { Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'

afterEach(() => mock.timers.reset())

const began = Date.parse('2026-01-02T03:04:05.000Z')

/** A clock that stands still but for the pauses. */
function jumping() {
  let time = began
  const pauses: number[] = []
  const clock: Clock = {
    now: () => time,
    sleep: async (ms) => {
      pauses.push(ms)
      time += ms
    },
  }
  return { clock, pauses, passed: () => time - began }
}

const row = (fields: object) => json(200, { rows: [{ id: ids.restate, ...fields }] })

describe('a wait on a clock of its own', () => {
  test('of half an hour takes no time', async () => {
    const { clock, passed } = jumping()
    const fetch = asFetch((request) =>
      request.url.endsWith('/query') ? row({ status: 'running' }) : new Response(null, { status: 202 }),
    )
    const system = restate({ baseUrl, fetch, api: 'patch', clock })
    const real = performance.now()
    const receipt = await system.stopAndWait(target, { deadlineMs: 1_800_000 })
    expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'running' })
    expect(receipt.elapsedMs).toBeGreaterThan(1_799_000)
    expect(passed()).toBe(receipt.elapsedMs)
    expect(receipt.steps[0]?.at).toBe('2026-01-02T03:04:05.000Z')
    expect(performance.now() - real).toBeLessThan(60_000)
  })

  test('ends when the signal fires, whatever the clock does', async () => {
    const controller = new AbortController()
    const never: Clock = {
      now: () => began,
      sleep: () => {
        controller.abort()
        return new Promise(() => {})
      },
    }
    const fetch = asFetch(() => row({ status: 'running' }))
    const wait = restate({ baseUrl, fetch, clock: never }).waitUntilEnded(target, {
      deadlineMs: 1_000,
      signal: controller.signal,
    })
    await expect(wait).rejects.toMatchObject({ code: 'aborted' })
  })

  test('begins no pause once the signal has fired', async () => {
    const controller = new AbortController()
    const { clock, pauses } = jumping()
    const fetch: Fetch = async () => json(503, {})
    const end = onEvent('allstop:retry', ({ system }) => {
      if (system === 'abandoned') controller.abort()
    })
    const read = restate({ baseUrl, fetch, clock }).named('abandoned').read(target, { signal: controller.signal })
    await expect(read).rejects.toMatchObject({ code: 'aborted' })
    end()
    await new Promise((resolve) => setImmediate(resolve))
    expect(pauses).toHaveLength(0)
  })

  test('asks with the time of that clock, and tells its events by it', async () => {
    const { clock } = jumping()
    const { fetch, seen } = watched(() => json(200, { invocations: [] }))
    const started: number[] = []
    const end = onEvent('allstop:read', ({ startedAt, system }) => {
      if (system === 'clocked') started.push(startedAt)
    })
    const system = functionGraph({ baseUrl, fetch, clock }).named('clocked')
    await system.read({ functionUrn: ids.urn, requestId: ids.uuid })
    end()
    expect(started).toEqual([began])
    expect(seen[0]?.path).toContain('query_begin_time=2025-12-26T03%3A04%3A05')
  })

  test('is told when it pauses no more', async () => {
    const signals: AbortSignal[] = []
    let time = began
    const clock: Clock = {
      now: () => time,
      sleep: async (ms, signal) => {
        time += ms
        signals.push(signal)
      },
    }
    const fetch = asFetch(() => row({ status: 'running' }))
    await restate({ baseUrl, fetch, clock }).waitUntilEnded(target, { deadlineMs: 1_000 })
    expect(signals.length).toBeGreaterThan(1)
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
  })

  test('keeps `this`', async () => {
    class Held implements Clock {
      #time = began
      now(): number {
        return this.#time
      }
      async sleep(ms: number) {
        this.#time += ms
      }
    }
    const fetch = asFetch(() => row({ status: 'running' }))
    const status = await restate({ baseUrl, fetch, clock: new Held() }).waitUntilEnded(target, { deadlineMs: 1_000 })
    expect(status.ended).toBe(false)
  })
})

test('the mocked timers of node:test need one, of their Date and setTimeout', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: began })
  const fake = fakeRestate({ [ids.restate]: new Work({ gracefulTakesMs: 600_000 }) })
  const clock: Clock = { now: () => Date.now(), sleep: (ms) => new Promise((done) => setTimeout(done, ms)) }
  const system = restate({ baseUrl, fetch: asFetch(fake), clock })
  let ended = false
  const wait = system.stopAndWait(target, { deadlineMs: 1_800_000 }).finally(() => {
    ended = true
  })
  for (let turn = 0; !ended && turn < 10_000; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    mock.timers.tick(1_000)
  }
  expect(await wait).toMatchObject({ outcome: 'stopped' })
})

describe('what proves who asks is of the time of that clock', () => {
  const proofs = async (make: (options: { baseUrl: string; fetch: Fetch; clock: Clock }) => unknown) => {
    const { clock } = jumping()
    const sent: Headers[] = []
    const fetch: Fetch = async (_, init) => {
      sent.push(new Headers(init.headers))
      return json(500, {})
    }
    await Promise.resolve(make({ baseUrl, fetch, clock })).catch(() => {})
    return sent[0]
  }

  test('a signature of Alibaba Cloud, and one of Huawei Cloud, unless the credential has a clock', async () => {
    const request = { functionUrn: ids.urn, requestId: ids.uuid }
    const alibaba = { accessKeyId: 'AK', accessKeySecret: 'secret-of-it' }
    const huawei = { accessKeyId: 'AK', secretAccessKey: 'secret-of-it' }
    const other = () => new Date('2020-01-01T00:00:00Z')
    const ofTask = (auth: ReturnType<typeof acs3>) =>
      proofs((options) => functionCompute({ ...options, auth }).read(task, { retry: false }))
    const ofRequest = (auth: ReturnType<typeof akSk>) =>
      proofs((options) => functionGraph({ ...options, auth }).read(request, { retry: false }))
    expect((await ofTask(acs3(alibaba)))?.get('x-acs-date')).toBe('2026-01-02T03:04:05Z')
    expect((await ofRequest(akSk(huawei)))?.get('x-sdk-date')).toBe('20260102T030405Z')
    expect((await ofTask(acs3(alibaba, { clock: other })))?.get('x-acs-date')).toBe('2020-01-01T00:00:00Z')
    expect((await ofRequest(akSk(huawei, { clock: other })))?.get('x-sdk-date')).toBe('20200101T000000Z')
  })

  test('the end of a token', async () => {
    const { clock } = jumping()
    let tokens = 0
    const answer: Fetch = async (url) => {
      if (!url.endsWith('/token')) return json(200, { requestId: ids.job, state: 'RUNNING' })
      tokens += 1
      return json(200, { access_token: `token-${tokens}`, expires_in: 3_600 })
    }
    const auth = oauth2ClientCredentials({
      tokenUrl: `${baseUrl}/token`,
      clientId: 'c',
      clientSecret: 'secret-of-it',
      scope: 's',
      fetch: answer,
    })
    const system = enterpriseScheduler({ baseUrl, auth, fetch: answer, clock })
    await system.read({ requestId: ids.job })
    await system.read({ requestId: ids.job })
    expect(tokens).toBe(1)
    await clock.sleep(3_600_000, new AbortController().signal)
    await system.read({ requestId: ids.job })
    expect(tokens).toBe(2)
  })
})

describe('what is no clock is refused', () => {
  test.each<[string, unknown]>([
    ['null', null],
    ['a number', 5],
    ['no sleep', { now: () => 1 }],
    ['no now', { sleep: async () => {} }],
    ['a time that is none', { now: () => Number.NaN, sleep: async () => {} }],
    [
      'one that throws',
      {
        now: () => {
          throw new Error('tick')
        },
        sleep: async () => {},
      },
    ],
    ['a time beyond all dates', { now: () => 1e20, sleep: async () => {} }],
    ['a Date', { now: () => new Date(), sleep: async () => {} }],
    ['a text', { now: () => 'now', sleep: async () => {} }],
  ])('%s', (_, clock) => {
    expect(() => restate({ baseUrl, clock: clock as unknown as Clock })).toThrow(
      /^restate configure: clock(?:\.now)?: must /,
    )
  })

  test('one that throws or rejects ends the call with an error of its name', async () => {
    for (const sleep of [
      () => Promise.reject(new Error('tick')),
      () => {
        throw new Error('tock')
      },
    ]) {
      const fetch = asFetch(() => row({ status: 'running' }))
      const system = restate({ baseUrl, fetch, clock: { now: () => began, sleep } })
      await expect(system.waitUntilEnded(target, { deadlineMs: 1_000 })).rejects.toMatchObject({
        name: 'StopError',
        code: 'invalid_argument',
        message: expect.stringContaining('clock.sleep'),
      })
    }
  })
})

describe('a clock that fails later', () => {
  const oddTimes: readonly [string, () => number][] = [
    ['throws', () => lostTime()],
    ['gives no number', () => Number.NaN],
    ['goes backwards', () => began - 1e9],
  ]
  const lostTime = (): never => {
    throw new Error('tick')
  }

  test.each(oddTimes)('%s: the receipt of a stop that arrived is not lost', async (_, odd) => {
    let arrived = false
    const clock: Clock = {
      now: () => (arrived ? odd() : began),
      sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    }
    const fetch: Fetch = async () => {
      arrived = true
      return new Response(null, { status: 202 })
    }
    const system = restate({ baseUrl, fetch, clock, api: 'patch' })
    await expect(system.stop(target, { mode: 'force' })).resolves.toMatchObject({ outcome: 'accepted', elapsedMs: 0 })
  })

  test('or stands still and pauses not at all, leaves the event loop its turns', async () => {
    const clock: Clock = { now: () => began, sleep: async () => {} }
    const controller = new AbortController()
    let sent = 0
    const fetch: Fetch = async () => {
      sent += 1
      // So that the test ends also where no timer ever fires.
      if (sent > 100_000) controller.abort()
      return json(503, {})
    }
    const timer = setTimeout(() => controller.abort(), 20)
    const { signal } = controller
    for (const verb of ['stopAndWait', 'waitUntilEnded'] as const) {
      const wait = restate({ baseUrl, fetch, clock })[verb](target, { deadlineMs: 600, signal })
      await expect(wait).rejects.toMatchObject({ code: 'aborted' })
    }
    clearTimeout(timer)
    expect(sent).toBeLessThan(100_000)
  })
})

describe('the pauses between two reads', () => {
  const fetch = asFetch(() => json(200, { requestId: ids.job, state: 'RUNNING' }))
  const pausesOf = async (factory: object, call: object) => {
    const { clock, pauses } = jumping()
    const system = enterpriseScheduler({ baseUrl, fetch, clock, ...factory })
    await system.waitUntilEnded({ requestId: ids.job }, { deadlineMs: 100_000, ...call })
    return pauses.slice(1, -1)
  }
  const every = (ms: number) => ({ poll: { minDelayMs: ms, maxDelayMs: ms } })

  test("are the system's own, the factory's, or the call's, which goes first", async () => {
    expect(Math.max(...(await pausesOf({}, {})))).toBeGreaterThan(2_000)
    expect(new Set(await pausesOf(every(500), {}))).toEqual(new Set([500]))
    expect(new Set(await pausesOf(every(500), every(700)))).toEqual(new Set([700]))
  })

  test.each([[5], [{}], [{ minDelayMs: 1 }], [{ minDelayMs: 2, maxDelayMs: 1 }], [{ minDelayMs: 0, maxDelayMs: 1 }]])(
    'are checked at the factory: %j',
    (poll) => {
      const options = { baseUrl, poll } as unknown as { baseUrl: string }
      expect(() => enterpriseScheduler(options)).toThrow(/^enterprise-scheduler configure: poll/)
    },
  )
})

test('sleepOf of node:timers/promises fits', () => {
  const clock: Clock = { now: Date.now, sleep: (ms, signal) => sleepOf(ms, undefined, { signal }) }
  expect(() => restate({ baseUrl, clock })).not.toThrow()
})
