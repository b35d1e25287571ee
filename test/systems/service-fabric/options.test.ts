/** The options that only Service Fabric has. */
import { serviceFabric } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl } from '../../support/examples.js'

test.each([0, 0.5, 241, Number.NaN, '60', null])('a server time-out of %j is refused', async (seconds) => {
  const serverTimeoutSeconds = seconds as number
  expect(() => serviceFabric({ baseUrl, serverTimeoutSeconds })).toThrow(/serverTimeoutSeconds: must be a whole number/)
  await expect(serviceFabric({ baseUrl }).stop({ applicationId: 'a' }, { serverTimeoutSeconds })).rejects.toMatchObject(
    { code: 'invalid_argument' },
  )
})
