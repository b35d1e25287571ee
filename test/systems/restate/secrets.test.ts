/** No secret anywhere, also by the older DELETE. */
import { bearer, restate } from 'allstop'
import { expect, test } from 'vitest'
import { canary, expectNoSecret, holdPrinted, shown, situations } from '../../support/canary.js'
import { outcomeOf } from '../../support/outcome.js'
import { startRecorder } from '../../support/recorder.js'
import { ids } from '../../support/systems.js'

const invocation = { invocationId: ids.restate }
const printed = holdPrinted()

test.each(Object.entries(situations))('%s', async (_, reply) => {
  await using server = await startRecorder(reply)
  const retry = { attempts: 2, minDelayMs: 1 }
  const system = restate({ baseUrl: server.url, api: 'delete', auth: bearer(canary), timeoutMs: 400, retry })
  const results = await Promise.all([system.stop(invocation), system.purge(invocation)].map(outcomeOf))
  expect(server.requests.length).toBeGreaterThan(0)
  for (const result of results) expectNoSecret(shown(result))
  expectNoSecret(printed())
})
