/** Escalation on a bad network: the force is lost, finds nothing, or comes while a stop is being repeated. */
import { basic, enterpriseScheduler, restate, serviceFabric } from 'allstop'
import { describe, expect, test } from 'vitest'
import { baseUrl, codes, shop } from '../support/examples.js'
import { fakeEnterpriseScheduler } from '../support/fakes/enterprise-scheduler.js'
import { fakeRestate } from '../support/fakes/restate.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { fakeServiceFabric } from '../support/fakes/service-fabric.js'
import { lost, troubled } from '../support/fakes/troubled.js'
import { Work } from '../support/fakes/work.js'
import { ids } from '../support/systems.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'
import { variants } from '../systems/index.js'

useVirtualClock()

describe.each(variants.filter(({ modes }) => modes.length === 2))('at $name', ({ make, target, fake, lives }) => {
  test('a force whose answer is lost is not said to have been taken', async () => {
    const began = Date.now()
    const { fetch, changes } = troubled(fake.of(new Work()), () => (Date.now() - began < 20_000 ? undefined : lost()))
    const system = make({ ...fake.options, baseUrl, fetch })
    const wait = () => system.stopAndWait(target, { deadlineMs: 60_000, escalateAfterMs: 20_000 })
    const receipt = await onVirtualClock(wait)
    expect(receipt).toMatchObject({ outcome: 'accepted', mode: 'force', attempts: changes().length })
    expect(receipt.why).toContain('the last stop (mode force) got no answer and may have arrived')
    expect(codes(receipt)).toContain('earlier-try-unanswered')
    // One that may do harm twice is not sent again.
    expect(changes().length).toBeGreaterThan(lives.harmfulTwice.includes('force') ? 1 : 4)
  })
})

describe('a force whose answer is lost', () => {
  const options = { deadlineMs: 60_000, escalateAfterMs: 10_000 }

  /** Restate with an invocation that ignores its cancel, and whose kills meet `kill`. */
  function deaf(kill: (request: Request) => Response | Promise<Response>) {
    const sent: string[] = []
    const fake = fakeRestate({ [ids.restate]: new Work() })
    const fetch = asFetch((request) => {
      if (request.method === 'PATCH') sent.push(request.url.split('/').at(-1) ?? '')
      return request.url.endsWith('/kill') ? kill(request) : fake(request)
    })
    return { sent, system: restate({ baseUrl, fetch, api: 'patch' }), target: { invocationId: ids.restate } }
  }

  test('is not said to have been taken', async () => {
    const { system, target, sent } = deaf(() => lost())
    const receipt = await onVirtualClock(() => system.stopAndWait(target, options))
    expect(receipt).toMatchObject({ outcome: 'accepted', mode: 'force', attempts: sent.length })
    expect(receipt.why).toContain('the last stop (mode force) got no answer and may have arrived')
    expect(codes(receipt)).toEqual(['children-stopped', 'remote-may-run', 'earlier-try-unanswered'])
    expect(sent.filter((verb) => verb === 'kill').length).toBeGreaterThan(4)
  })

  test('leaves the error of a signal ambiguous', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 40_000)
    const { system, target } = deaf(() => lost())
    const wait = () => system.stopAndWait(target, { ...options, signal: controller.signal })
    await expect(onVirtualClock(wait)).rejects.toMatchObject({ code: 'aborted', ambiguous: true })
  })

  test('at Enterprise Scheduler is sent again, for a request is cancelling already before it', async () => {
    const work = new Work()
    const fake = fakeEnterpriseScheduler({ '42': work }, 10_000)
    let forced = 0
    const fetch = asFetch((request) => {
      if (!request.url.endsWith('/forceCancel')) return fake(request)
      forced += 1
      return forced <= 4 ? lost() : fake(request)
    })
    const system = enterpriseScheduler({ baseUrl, fetch, auth: basic({ username: 'u', password: 'p' }) })
    const wait = () => system.stopAndWait({ requestId: 42 }, { deadlineMs: 600_000, escalateAfterMs: 1_000 })
    expect(await onVirtualClock(wait)).toMatchObject({ outcome: 'stopped', mode: 'force', attempts: 6 })
    expect(forced).toBe(5)
  })

  test.each([
    ['is sent again when its own 504 could not be looked into', 401, 2],
    ['is not sent again when the look after its 504 shows the delete', 200, 1],
  ])('at Service Fabric %s', async (_, lookStatus, times) => {
    const fake = fakeServiceFabric({ 'shop~orders': new Work({ forceTakesMs: 15_000 }) })
    let forced = 0
    let looksAfterForce = 0
    const fetch = asFetch((request) => {
      if (request.url.includes('ForceRemove')) forced += 1
      else if (forced > 0) looksAfterForce += 1
      return looksAfterForce === 1 && forced === 1 && lookStatus !== 200 ? json(lookStatus, {}) : fake(request)
    })
    const system = serviceFabric({ baseUrl, fetch, serverTimeoutSeconds: 10 })
    const poll = { minDelayMs: 1_000, maxDelayMs: 1_000 }
    const wait = () => system.stopAndWait(shop, { deadlineMs: 80_000, escalateAfterMs: 11_000, poll })
    expect(await onVirtualClock(wait)).toMatchObject({ outcome: 'stopped', mode: 'force', attempts: 1 + times })
    expect(forced).toBe(times)
  })

  test('counts only what was a stop', async () => {
    // Restate's DELETE asks for the state first, and that is what fails here.
    const fake = fakeRestate({ [ids.restate]: new Work({ forceTakesMs: 0 }) })
    const sent: string[] = []
    const began = Date.now()
    let late = 0
    const fetch = asFetch((request) => {
      // The first look after the time to force succeeds, and no query after it.
      if (request.url.endsWith('/query') && Date.now() - began >= 5_000 && late++ > 0) return json(504, {})
      if (request.url.endsWith('/query')) return fake(request)
      sent.push(new URL(request.url).search)
      return sent.length === 1 ? new Response(null, { status: 202 }) : lost()
    })
    const system = restate({ baseUrl, fetch, api: 'delete' })
    const wait = () => system.stopAndWait({ invocationId: ids.restate }, { deadlineMs: 60_000, escalateAfterMs: 5_000 })
    const receipt = await onVirtualClock(wait)
    expect(late).toBeGreaterThan(4)
    expect([receipt.attempts, sent.length]).toEqual([1, 1])
    expect(receipt.steps.filter(({ mode }) => mode === 'force')).toEqual([])
  })
})

test('an invocation of which there is no record any more when the force comes is gone', async () => {
  const fake = fakeRestate({ [ids.restate]: new Work() })
  const unknown = { message: 'The requested invocation does not exist', restate_code: null }
  const fetch = asFetch((request) => (request.url.endsWith('/kill') ? json(404, unknown) : fake(request)))
  const system = restate({ baseUrl, fetch, api: 'patch' })
  const options = { deadlineMs: 60_000, escalateAfterMs: 10_000 }
  const receipt = await onVirtualClock(() => system.stopAndWait({ invocationId: ids.restate }, options))
  expect(receipt).toMatchObject({ outcome: 'gone', phase: 'gone' })
})

describe('an application that is gone when the force comes', () => {
  /** A cluster that deletes while nobody looks: the force finds nothing. */
  function vanishing(answers: (() => Response)[]) {
    const fake = fakeServiceFabric({ 'shop~orders': new Work() })
    const fetch = asFetch((request) =>
      request.url.includes('ForceRemove=true') ? (answers.shift()?.() ?? fake(request)) : fake(request),
    )
    return serviceFabric({ baseUrl, fetch, serverTimeoutSeconds: 5 })
  }
  const missing = () =>
    json(404, { Error: { Code: 'FABRIC_E_APPLICATION_NOT_FOUND', Message: 'Application not found' } })
  const options = { deadlineMs: 120_000, escalateAfterMs: 10_000 }

  test.each([
    ['at once', [missing], {}],
    ['at the second try', [() => json(503, {}), missing], {}],
    ['at once, and no record is good enough', [missing], { ifMissing: 'accept' as const }],
  ])('%s: it was there, and a delete removes it', async (_, answers, more) => {
    const receipt = await onVirtualClock(() => vanishing([...answers]).stopAndWait(shop, { ...options, ...more }))
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'gone' })
    expect(receipt.native).toBeUndefined()
  })
})

test('a repeat of the graceful stop does not eat the time of the force', async () => {
  const fake = fakeServiceFabric({ 'shop~orders': new Work() })
  const forcedAt: number[] = []
  let deletes = 0
  const began = Date.now()
  const fetch = asFetch((request) => {
    if (request.method === 'GET') return json(200, { Id: 'shop~orders', Status: 'Ready' })
    if (request.url.includes('ForceRemove=true')) {
      forcedAt.push(Date.now() - began)
      return fake(request)
    }
    deletes += 1
    // The first round is lost; what is sent again is held for ever.
    if (deletes <= 4) return lost()
    return new Promise<never>(() => {})
  })
  const system = serviceFabric({ baseUrl, fetch })
  const wait = () => system.stopAndWait(shop, { deadlineMs: 120_000, escalateAfterMs: 10_000 })
  expect(await onVirtualClock(wait)).toMatchObject({ outcome: 'stopped', mode: 'force' })
  expect(forcedAt[0]).toBeLessThan(25_000)
})

test('a long server time-out of one call is given all the time of the call', async () => {
  const urls: URL[] = []
  const fetch = asFetch((request) => {
    if (request.method === 'GET') return new Response(null, { status: 204 })
    urls.push(new URL(request.url))
    return new Response(null, { status: 200 })
  })
  await serviceFabric({ baseUrl, fetch }).stop(shop, { timeoutMs: 250_000, serverTimeoutSeconds: 240 })
  expect(urls[0]?.searchParams.get('timeout')).toBe('240')
})
