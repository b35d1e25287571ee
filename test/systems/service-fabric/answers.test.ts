/** Answers of Service Fabric that seem to say more than they do. */
import { serviceFabric } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl } from '../../support/examples.js'
import { errorOf, outcomeOf } from '../../support/outcome.js'
import { startRecorder } from '../../support/recorder.js'
import { ids } from '../../support/systems.js'

const at = { baseUrl, retry: false } as const

test.each(['{}', '[]', 'null', '""', '0'])('a success has no body: %s proves no delete', async (body) => {
  const application = { Id: ids.application, Name: 'fabric:/x', Status: 'Ready' }
  await using server = await startRecorder(({ method }) => (method === 'GET' ? { body: application } : { body }))
  const deleting = serviceFabric({ ...at, baseUrl: server.url }).stop(
    { applicationId: ids.application },
    { mode: 'force' },
  )
  expect(await outcomeOf(deleting)).toMatchObject({ code: 'protocol', ambiguous: true })
})

test('a delete says 200 without a body; with one it is another server', async () => {
  for (const [reply, expected] of [
    [{ body: { ok: true } }, { code: 'protocol', ambiguous: true }],
    [{ body: { Error: { Code: 'E_FAIL' } } }, { code: 'protocol' }],
    [{ status: 200 }, { outcome: expect.any(String) }],
  ] as const) {
    await using server = await startRecorder(() => reply)
    const deleting = serviceFabric({ ...at, baseUrl: server.url }).stop({ applicationId: 'a' })
    expect(await outcomeOf(deleting)).toMatchObject(expected)
  }
})

test('a wait at an application that was never there is not found, whatever answers the delete', async () => {
  await using server = await startRecorder(() => ({ status: 204 }))
  const system = serviceFabric({ baseUrl: server.url, retry: false })
  const options = { deadlineMs: 3_000, poll: { minDelayMs: 5, maxDelayMs: 5 } }
  await expect(system.stopAndWait({ applicationId: 'a' }, options)).rejects.toMatchObject({ code: 'not_found' })
  const accepted = system.stopAndWait({ applicationId: 'a' }, { ...options, ifMissing: 'accept' })
  expect(await accepted).toMatchObject({ outcome: 'gone' })
})

test('a delete that is the end says so in one line', async () => {
  const fetch = async (url: string) => new Response(null, { status: url.includes('Applications/a?') ? 503 : 200 })
  const deleted = await serviceFabric({ ...at, fetch }).stop({ applicationId: 'a' }, { mode: 'force' })
  expect(deleted).toMatchObject({ ended: true, summary: 'service-fabric a: stopped (mode force)' })
})

test.each([400, 409])('an error that is a text is none of its own (%i)', async (status) => {
  const fetch = async () => Response.json({ Error: 'a text' }, { status })
  const error = await errorOf(serviceFabric({ ...at, fetch }).stop({ applicationId: 'a' }, { mode: 'force' }))
  expect(error).toMatchObject({ httpStatus: status })
  expect(error).not.toHaveProperty('providerMessage')
})
