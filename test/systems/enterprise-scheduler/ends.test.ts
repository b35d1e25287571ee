/** Enterprise Scheduler: what FINISHED means by its cause, and requests that can never be forced. */
import { basic, enterpriseScheduler } from 'allstop'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { asFetch, json } from '../../support/fakes/serve.js'
import { onVirtualClock } from '../../support/virtual-clock.js'

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-02T03:04:05Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

const auth = basic({ username: 'u', password: 'p' })
const target = { requestId: 7 }
const ofRequest = (fields: object, posts: string[] = []) =>
  enterpriseScheduler({
    baseUrl: 'http://127.0.0.1:9',
    auth,
    fetch: asFetch(({ method, url }) => {
      if (method === 'GET') return json(200, { requestId: 7, ...fields })
      posts.push(url.split('/').at(-1) ?? '')
      return json(200, { links: [] })
    }),
  })
const words = (text: string) => text.trim().split(/\s+/)

/** Every cause of the published list but NON_TERMINAL, by what it says. */
const causes = {
  succeeded: words('PROCESS_SUCCESS PROCESS_WARNING POSTPROCESS_WARNING PROCESS_UPDATE_WARNING'),
  stopped: words(`OPERATOR_CANCEL RECOVER_CANCEL RECOVER_GROUP_CANCEL PROCESS_CANCEL POSTPROCESS_CANCEL
    PROCESS_UPDATE_CANCEL PREPROCESS_CANCEL PREPROCESS_INITIATE_CANCEL`),
  failed: words(`REQUEST_LOGIN_ERROR REQUEST_AUTHORIZATION_FAILED SYSTEM_ERROR VALIDATION_ERROR METADATA_NOT_FOUND
    PARENT_NOT_PAUSED PROCESS_ERROR PROCESS_SYSTEM_ERROR PROCESS_BIZ_ERROR PROCESS_TIMED_OUT
    PROCESS_MANUAL_RECOVER_ERROR PROCESS_MANUAL_RECOVER_ERROR_FINALIZE POSTPROCESS_SYSTEM_ERROR POSTPROCESS_ERROR
    POSTPROCESS_BIZ_ERROR PROCESS_UPDATE_ERROR PROCESS_UPDATE_BIZ_ERROR MANUAL_RECOVER_ERROR PREPROCESS_SYSTEM_ERROR
    PREPROCESS_ERROR PREPROCESS_BIZ_ERROR`),
  expired: words('REQUEST_EXPIRED'),
}

describe('FINISHED', () => {
  const outcomes = { succeeded: 'ended-anyway', stopped: 'stopped', failed: 'ended-anyway', expired: 'ended-anyway' }
  const rows = Object.entries(causes).flatMap(([phase, all]) => all.map((cause) => [cause, phase] as const))

  test.each(rows)('for %s is %s', async (cause, phase) => {
    const system = ofRequest({ state: 'FINISHED', cause })
    expect(await system.read(target)).toMatchObject({ phase, native: 'FINISHED', ended: true })
    const receipt = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(receipt).toMatchObject({ outcome: outcomes[phase as keyof typeof outcomes], phase })
  })

  test.each(['PROCESS_KILLED', 'PROCESS_UNKNOWN_STATUS'])('for %s is an end that nobody explains', async (cause) => {
    const system = ofRequest({ state: 'FINISHED', cause })
    const receipt = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(receipt).toMatchObject({ outcome: 'ended-unexplained', phase: 'failed', why: `its cause is ${cause}` })
  })

  test.each(['PROCESS_RECOVER', 'PROCESS_SUSPEND', 'SOMETHING_NEW', 'constructor'])(
    'for %s tells no end, and says why',
    async (cause) => {
      const status = await ofRequest({ state: 'FINISHED', cause }).read(target)
      expect(status).toMatchObject({ phase: 'unknown', ended: false, native: 'FINISHED' })
      expect(status.why).toBe(`its cause is ${cause}, which does not say how it ended`)
    },
  )

  test.each([undefined, null, ''])('without a cause (%j) is what its word says', async (cause) => {
    expect(await ofRequest({ state: 'FINISHED', cause }).read(target)).toMatchObject({ phase: 'succeeded' })
  })

  test('for NON_TERMINAL contradicts itself', async () => {
    const status = await ofRequest({ state: 'FINISHED', cause: 'NON_TERMINAL' }).read(target)
    expect(status).toMatchObject({ phase: 'unknown', ended: false })
  })
})

test.each([
  ['SUCCEEDED', 'succeeded'],
  ['ERROR', 'failed'],
  ['CANCELLED', 'stopped'],
])('%s says how it ended itself, whatever its cause', async (state, phase) => {
  expect(await ofRequest({ state, cause: 'SOMETHING_NEW' }).read(target)).toMatchObject({ phase })
})

describe('a request that is not asynchronous', () => {
  const cancelling = { state: 'CANCELLING', cause: 'NON_TERMINAL', isForceCancelAllowed: false }

  test.each([
    [false, 'only asynchronous requests can be force cancelled'],
    [true, 'the system does not allow it yet'],
    [null, 'the system does not allow it yet'],
  ])('isAsynchronous: %j is why it is not forced', async (isAsynchronous, why) => {
    const posts: string[] = []
    const system = ofRequest({ ...cancelling, isAsynchronous }, posts)
    const options = { deadlineMs: 120_000, escalateAfterMs: 10_000 }
    const receipt = await onVirtualClock(() => system.stopAndWait(target, options))
    expect(receipt).toMatchObject({ outcome: 'accepted', mode: 'graceful', phase: 'stopping' })
    expect(receipt.why).toContain(`not forced: `)
    expect(receipt.why).toContain(why)
    expect(posts).toEqual(['cancel'])
  })

  test('and a force that the server refuses says so', async () => {
    const refusal = { type: 'about:blank', title: 'Unsupported state for operation', status: 400 }
    const system = enterpriseScheduler({
      baseUrl: 'http://127.0.0.1:9',
      auth,
      fetch: asFetch(({ method }) =>
        method === 'GET' ? json(200, { requestId: 7, ...cancelling, isAsynchronous: false }) : json(400, refusal),
      ),
    })
    await expect(system.stop(target, { mode: 'force' })).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringMatching(/the request is CANCELLING, isForceCancelAllowed: false; .* not asynchronous/),
    })
  })
})
