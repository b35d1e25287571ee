/** The credential of Entra ID. */
import { entra, serviceFabric } from 'allstop'
import { describe, expect, test } from 'vitest'
import { startRecorder } from '../../support/recorder.js'

describe('entra', () => {
  test('asks the credential for the scopes, with the signal, before each request', async () => {
    await using server = await startRecorder()
    const asked: unknown[] = []
    const auth = entra(
      {
        getToken: async (scopes, options) => {
          asked.push([scopes, options?.abortSignal instanceof AbortSignal])
          return { token: 'entra-token', expiresOnTimestamp: 0 }
        },
      },
      'app-id/.default',
    )
    await serviceFabric({ baseUrl: server.url, auth }).stop({ applicationId: 'a' })
    expect(server.requests.map(({ method, headers }) => [method, headers['authorization']])).toEqual([
      ['GET', 'Bearer entra-token'],
      ['POST', 'Bearer entra-token'],
    ])
    expect(asked).toEqual(server.requests.map(() => ['app-id/.default', true]))
  })

  test.each([
    ['gives none', async () => null, 'unauthenticated'],
    ['gives one without a text', async () => ({}) as never, 'unauthenticated'],
    ['fails', () => Promise.reject(new Error('no managed identity')), 'unauthenticated'],
  ])('a credential that %s: nothing is sent', async (_what, getToken, code) => {
    await using server = await startRecorder()
    const system = serviceFabric({ baseUrl: server.url, auth: entra({ getToken }, ['s']) })
    await expect(system.stop({ applicationId: 'a' })).rejects.toMatchObject({ code, attempts: 0 })
    expect(server.requests).toEqual([])
  })
})
