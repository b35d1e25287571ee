/**
 * Asking twice. With handlers on the current SDK a second cancel breaks the compensation that the first began; with those
 * on an older one (1.12.0) it goes on. Nobody can tell from outside which it is, so that there must never be a second.
 */
import { allstop, type Fetch, restate } from 'allstop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
const wait = { deadlineMs: 10_000 }

async function saga(): Promise<{ target: { invocationId: string }; tag: string }> {
  count += 1
  const tag = `saga-${count}`
  const { invocationId } = await services.send('work/compensate', tag)
  await services.noted(tag, 'started')
  return { target: { invocationId }, tag }
}

/** How many cancels the server has written down. */
async function signals({ invocationId }: { invocationId: string }): Promise<number> {
  const query = `select id from sys_journal where id = '${invocationId}' and entry_type = 'Notification: Signal'`
  const { data } = await orders().client.POST('/query', { headers: { accept: 'application/json' }, body: { query } })
  return data?.rows.length ?? -1
}

/** A network on which the answers to cancels are lost. */
const losing: Fetch = async (url, init) => {
  const response = await fetch(url, init)
  if (!url.endsWith('/cancel')) return response
  throw Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error('lost'), { code: 'ECONNRESET' }),
  })
}

describe('one signal, and the undo completes', () => {
  test('when the same stop runs again', async () => {
    const { target, tag } = await saga()
    expect(await orders().stop(target)).toMatchObject({ outcome: 'accepted', attempts: 1 })
    const again = await orders().stop(target)
    expect(again).toMatchObject({ outcome: 'accepted', phase: 'stopping', attempts: 0, httpStatus: 200 })
    expect(again.warnings.map(({ code }) => code)).toEqual(['children-stopped', 'already-stopping'])
    expect(await orders().read(target)).toMatchObject({ phase: 'stopping', native: 'running', ended: false })
    expect(await orders().stopAndWait(target, wait)).toMatchObject({ outcome: 'stopped', phase: 'stopped' })
    expect(await signals(target)).toBe(1)
    expect(services.events).toContain(`${tag} undone`)
  })

  test('when five ask at once, under several names', async () => {
    const { target, tag } = await saga()
    const system = orders()
    const fleet = allstop({ a: system, b: system })
    const receipts = await Promise.all([
      system.stop(target),
      system.stopAndWait(target, wait),
      system.named('other').stop(target),
      fleet.stopAndWait({ system: 'a', ...target }, wait),
      fleet.stopAndWait({ system: 'b', ...target }, wait),
    ])
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['accepted', 'stopped', 'accepted', 'stopped', 'stopped'])
    expect(receipts.map(({ attempts }) => attempts)).toEqual([1, 0, 0, 0, 0])
    expect(await signals(target)).toBe(1)
    expect(services.events).toContain(`${tag} undone`)
  })

  test.each(['patch', 'delete'] as const)('when the answer was lost, and it is asked again (%s)', async (api) => {
    const { target, tag } = await saga()
    await orders({ fetch: losing, api, retry: false })
      .stop(target)
      .catch(() => {})
    expect(await orders({ api }).stopAndWait(target, wait)).toMatchObject({ outcome: 'stopped', attempts: 0 })
    expect(await signals(target)).toBe(1)
    expect(services.events).toContain(`${tag} undone`)
  })

  test('when the answer was lost in the middle of a wait', async () => {
    const { target, tag } = await saga()
    const receipt = await orders({ fetch: losing }).stopAndWait(target, wait)
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'stopped', attempts: 1 })
    expect(await signals(target)).toBe(1)
    expect(services.events).toContain(`${tag} undone`)
  })
})

test('because a second cancel breaks it', async () => {
  const { target, tag } = await saga()
  await orders().stop(target)
  await services.noted(tag, 'undo began')
  expect(await orders().stop(target, { ifStopping: 'repeat' })).toMatchObject({ outcome: 'accepted', attempts: 1 })
  await services.until(target.invocationId, 'completed')
  // The undo takes 300 ms; were it going on, it would be done by now.
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(await signals(target)).toBe(2)
  expect(services.events).not.toContain(`${tag} undone`)
})

test('force is sent all the same', async () => {
  const { target } = await saga()
  await orders().stop(target)
  expect(await orders().stop(target, { mode: 'force' })).toMatchObject({ outcome: 'stopped', attempts: 1 })
})
