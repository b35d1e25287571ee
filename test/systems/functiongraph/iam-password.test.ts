/** The credential that fetches its token from IAM. */
import { functionGraph, iamPassword } from 'allstop'
import { expect, test } from 'vitest'
import { answerWell } from '../../support/answers.js'
import { assertNoViolation, startPrism } from '../../support/prism.js'
import { type Reply, startRecorder } from '../../support/recorder.js'
import { ids } from '../../support/systems.js'

const secret = 'canary-p4ssword'
const given: Reply = {
  status: 201,
  headers: { 'x-subject-token': 'token-1' },
  body: { token: { expires_at: '2026-01-02T04:04:05.000000Z' } },
}

test('iamPassword asks as IAM documents it', async () => {
  await using server = await startRecorder((request) => (request.path.startsWith('/v3') ? given : answerWell(request)))
  const auth = iamPassword({
    iamUrl: server.url,
    domain: 'acme',
    username: 'ops',
    password: secret,
    project: { id: 'p1' },
  })
  await functionGraph({ baseUrl: server.url, auth }).stop({ functionUrn: ids.urn, requestId: ids.uuid })
  const [token, stop] = server.requests
  expect([token?.method, token?.path]).toEqual(['POST', '/v3/auth/tokens?nocatalog=true'])
  expect(JSON.parse(token?.body ?? '')).toEqual({
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: 'ops', password: secret, domain: { name: 'acme' } } },
      },
      scope: { project: { id: 'p1' } },
    },
  })
  expect(stop?.headers['x-auth-token']).toBe('token-1')
})

test('the request of iamPassword is one that the spec takes, and its answer one that it understands', async () => {
  await using prism = await startPrism('functiongraph')
  const checked = async (url: string, init: RequestInit) => {
    const response = await fetch(url, init)
    await assertNoViolation(response)
    return response
  }
  const project = { name: 'cn-north-4' }
  const auth = iamPassword({
    iamUrl: prism.url,
    domain: 'acme',
    username: 'ops',
    password: secret,
    project,
    fetch: checked,
  })
  const request = {
    method: 'POST',
    url: new URL('http://x'),
    headers: {},
    body: '',
    signal: new AbortController().signal,
  }
  expect(await auth.authorize(request)).toEqual({ 'x-auth-token': 'MIIexample' })
})
