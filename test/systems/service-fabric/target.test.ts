/** Names that are none. */
import { serviceFabric } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl } from '../../support/examples.js'
import { errorOf } from '../../support/outcome.js'

test.each<[what: string, act: () => Promise<unknown>, field: string]>([
  [
    'a name of another scheme',
    () => serviceFabric({ baseUrl }).stop({ applicationId: 'fabric:shop' }),
    'applicationId',
  ],
  [
    'a name that is an id too',
    () => serviceFabric({ baseUrl }).stop({ applicationId: 'fabric:/a~b' }),
    'applicationId',
  ],
])('%s is refused', async (_, act, field) => {
  const error = await errorOf(act())
  expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
  expect(error.message).toContain(`${field}: `)
})
