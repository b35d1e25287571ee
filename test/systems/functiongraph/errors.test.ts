/** What a 403 says of a token, and what it does not. */
import { functionGraph, iamPassword, isStopError } from 'allstop'
import { expect, test } from 'vitest'
import { readFailure } from '../../../src/systems/functiongraph/errors.js'
import { startRecorder } from '../../support/recorder.js'
import { ids } from '../../support/systems.js'

test('a 403 without words is a missing permission', () => {
  const answer = { status: 403, ok: false, headers: new Headers(), data: undefined, error: { error_code: 'FSS.0403' } }
  expect(readFailure(answer)).toMatchObject({ code: 'permission_denied' })
})

test('a token that is called invalid with 403 is not used again', async () => {
  let tokens = 0
  await using iam = await startRecorder(() => {
    tokens += 1
    return { status: 201, headers: { 'x-subject-token': `token-${tokens}` }, body: {} }
  })
  await using server = await startRecorder(({ headers }) =>
    headers['x-auth-token'] === 'token-1'
      ? { status: 403, body: { error_code: 'FSS.0403', error_msg: 'invalid token' } }
      : { body: 'null' },
  )
  const auth = iamPassword({
    iamUrl: iam.url,
    domain: 'd',
    username: 'u',
    password: 'p4ssw0rd',
    project: { name: 'p' },
  })
  const system = functionGraph({ baseUrl: server.url, auth })
  const target = { functionUrn: ids.urn, requestId: ids.uuid }
  const error = await system.stop(target).catch((thrown: unknown) => thrown)
  if (!isStopError(error)) throw error
  expect(error).toMatchObject({ code: 'unauthenticated', attempts: 1 })
  expect(await system.stop(target)).toMatchObject({ outcome: 'accepted' })
})
