/** Ids that are none. */
import { enterpriseScheduler } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl } from '../../support/examples.js'
import { errorOf } from '../../support/outcome.js'

test.each<[what: string, act: () => Promise<unknown>, field: string]>([
  ['an id above int64', () => enterpriseScheduler({ baseUrl }).stop({ requestId: '9223372036854775808' }), 'requestId'],
])('%s is refused', async (_, act, field) => {
  const error = await errorOf(act())
  expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
  expect(error.message).toContain(`${field}: `)
})
