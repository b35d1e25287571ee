/**
 * A cancel whose answer is lost must not be sent again. Handlers on an older SDK (1.12.0) go on with their compensation
 * after a second cancel; on the newest, used here, it breaks.
 */
import { type Fetch, restate } from 'allstop'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RestateServer, startRestate } from '../support/restate-server.js'
import { newestSdk, type Services, startServices } from '../support/restate-services.js'

let server: RestateServer
let services: Services
let count = 0

beforeAll(async () => {
  server = await startRestate()
  services = await startServices(server, { restateSdk: await newestSdk() })
})
afterAll(async () => {
  await services?.close()
  await server?.close()
})

const orders = (options: object = {}) => restate({ baseUrl: server.adminUrl, ...options })

async function saga(): Promise<{ target: { invocationId: string }; tag: string }> {
  count += 1
  const tag = `saga-${count}`
  const { invocationId } = await services.send('work/compensate', tag)
  await services.noted(tag, 'started')
  return { target: { invocationId }, tag }
}

test('is not sent again, so the compensation that it began completes', async () => {
  const { target, tag } = await saga()
  let cancels = 0
  const losing: Fetch = async (url, init) => {
    const response = await fetch(url, init)
    if (!url.endsWith('/cancel')) return response
    cancels += 1
    throw Object.assign(new TypeError('fetch failed'), {
      cause: Object.assign(new Error('lost'), { code: 'ECONNRESET' }),
    })
  }
  const receipt = await orders({ fetch: losing }).stopAndWait(target, { deadlineMs: 10_000 })
  expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'stopped', attempts: 1 })
  expect(cancels).toBe(1)
  expect(services.events).toContain(`${tag} undone`)
})

test('because a second cancel breaks it', async () => {
  const { target, tag } = await saga()
  await orders().stop(target)
  await services.noted(tag, 'undo began')
  await orders().stop(target)
  await services.until(target.invocationId, 'completed')
  // The undo takes 300 ms; were it going on, it would be done by now.
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(services.events).not.toContain(`${tag} undone`)
})
