/** What an error shows of the long paths of Service Fabric. */
import { serviceFabric } from 'allstop'
import { expect, test } from 'vitest'
import { closedUrl, errorOf } from '../../support/outcome.js'

test('a long path is cut in the middle; its query is left out', async () => {
  const applicationId = `fabric:/${'a'.repeat(200)}`
  const system = serviceFabric({ baseUrl: `${await closedUrl()}/ui`, retry: false })
  const error = await errorOf(system.stop({ applicationId }, { mode: 'force' }))
  expect(error.message).toMatch(/, while asking POST \/ui\/Applications\/a+…a+\/\$\/Delete$/)
  expect(error.message.length).toBeLessThan(250)
  expect(error.message).not.toContain('ForceRemove')
})
