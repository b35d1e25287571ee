/** Answers of Enterprise Scheduler that seem to say more than they do. */
import { enterpriseScheduler } from 'allstop'
import { expect, test } from 'vitest'
import { outcomeOf } from '../../support/outcome.js'
import { startRecorder } from '../../support/recorder.js'

test.each([200, 201, 202, 206, 207, 226])('it has removed nothing with %i', async (status) => {
  await using server = await startRecorder(() => ({ status }))
  const purging = enterpriseScheduler({ baseUrl: server.url, retry: false }).purge({ requestId: 42 })
  expect(await outcomeOf(purging)).toMatchObject({ code: 'protocol', ambiguous: true })
})
