/** URNs that are none. */
import { functionGraph } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl } from '../../support/examples.js'
import { errorOf } from '../../support/outcome.js'

const urn = (name: string) => `urn:fss:cn-north-4:0123456789abcdef:function:default:${name}:latest`

test.each<[what: string, act: () => Promise<unknown>, field: string]>([
  [
    'a URN that is too long',
    () => functionGraph({ baseUrl }).stop({ functionUrn: urn('f'.repeat(300)), requestId: 'r' }),
    'functionUrn',
  ],
])('%s is refused', async (_, act, field) => {
  const error = await errorOf(act())
  expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
  expect(error.message).toContain(`${field}: `)
})
