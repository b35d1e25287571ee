/** The fake cluster's 504: a delete that is held for its time, and then goes on, says nothing that the spec does not. */
import { type Fetch, serviceFabric } from 'allstop'
import { expect, test } from 'vitest'
import { serve } from '../../support/fakes/serve.js'
import { fakeServiceFabric } from '../../support/fakes/service-fabric.js'
import { Work } from '../../support/fakes/work.js'
import { assertNoViolation, startPrism } from '../../support/prism.js'

test('a delete that is held, and then forced', async () => {
  const statuses: number[] = []
  const fetch: Fetch = async (url, init) => {
    const response = await globalThis.fetch(url, init)
    await assertNoViolation(response)
    statuses.push(response.status)
    return response
  }
  await using served = await serve(fakeServiceFabric({ b: new Work() }))
  await using prism = await startPrism('service-fabric', served.url)
  const system = serviceFabric({ baseUrl: prism.url, fetch, serverTimeoutSeconds: 1 })
  const wait = { deadlineMs: 5_000, poll: { minDelayMs: 20, maxDelayMs: 50 }, escalateAfterMs: 1_500 }
  expect(await system.stopAndWait({ applicationId: 'b' }, wait)).toMatchObject({ outcome: 'stopped', mode: 'force' })
  expect(statuses).toContain(504)
})
