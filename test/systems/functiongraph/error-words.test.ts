/** What an error says of a token that does not come, and of keys of which one is missing. */
import { akSk, functionGraph, iamPassword } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl } from '../../support/examples.js'
import { errorOf } from '../../support/outcome.js'
import { startRecorder } from '../../support/recorder.js'
import { ids } from '../../support/systems.js'

test('a token', async () => {
  await using tokens = await startRecorder(() => ({ raw: () => {} }))
  const project = { name: 'p' }
  const auth = iamPassword({ iamUrl: tokens.url, domain: 'd', username: 'u', password: 's3cret-s3cret', project })
  const system = functionGraph({ baseUrl, auth, retry: false })
  const work = { functionUrn: ids.urn, requestId: ids.uuid }
  const error = await errorOf(system.stopAndWait(work, { deadlineMs: 300 }))
  const { host } = new URL(tokens.url)
  expect(error.message).toMatch(/^functiongraph stopAndWait: no answer within \d+ ms from /)
  expect(error.message).toContain(` from ${host}, while asking for a token`)
})

test('keys without one of them', async () => {
  const token = () => process.env['ALLSTOP_NO_SUCH_VARIABLE'] as string
  const keys = akSk(() => ({ accessKeyId: 'AK', secretAccessKey: token() }))
  const work = { functionUrn: ids.urn, requestId: ids.uuid }
  const unsigned = await errorOf(functionGraph({ baseUrl, auth: keys }).stop(work))
  expect(unsigned.message).toContain('functiongraph stop: akSk: auth.secretAccessKey: is undefined; an environment')
})
