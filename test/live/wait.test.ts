/** Waiting, escalating and forgetting on a real Restate server. */
import { type Phase, restate } from 'allstop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RestateServer, startRestate } from '../support/restate-server.js'
import { type Services, startServices } from '../support/restate-services.js'

let server: RestateServer
let services: Services
let count = 0

beforeAll(async () => {
  server = await startRestate()
  services = await startServices(server, { inactivityMs: 100 })
})
afterAll(async () => {
  await services?.close()
  await server?.close()
})

const tagged = (name: string) => `${name}-${++count}`
const orders = (options: object = {}) => restate({ baseUrl: server.adminUrl, ...options })
const kill = (id: string) => fetch(`${server.adminUrl}/invocations/${id}/kill`, { method: 'PATCH' })

async function started(path: string, name: string): Promise<{ target: { invocationId: string }; tag: string }> {
  const tag = tagged(name)
  const { invocationId } = await services.send(path, tag)
  return { target: { invocationId }, tag }
}

describe('stopAndWait', () => {
  test('a compensation that takes 300 ms is waited for', async () => {
    const { target, tag } = await started('work/compensate', 'saga')
    await services.noted(tag, 'started')
    const phases: Phase[] = []
    const receipt = await orders().stopAndWait(target, {
      deadlineMs: 10_000,
      onPhase: ({ phase }) => phases.push(phase),
    })
    expect(receipt).toMatchObject({ outcome: 'stopped', phase: 'stopped', native: 'completed failure [409] Cancelled' })
    expect(receipt.attempts).toBe(1)
    expect(services.events).toContain(`${tag} undone`)
    expect(phases.at(-1)).toBe('stopped')
    expect(receipt.steps[0]).toMatchObject({ mode: 'graceful', httpStatus: 202 })
  })

  test('one that ignores cancel is killed when that was asked for, and the receipt tells the story', async () => {
    const { target, tag } = await started('work/ignore', 'stubborn')
    await services.noted(tag, 'started')
    const receipt = await orders().stopAndWait(target, { deadlineMs: 10_000, escalateAfterMs: 300 })
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force', attempts: 2 })
    expect(receipt.warnings.map(({ code }) => code)).toEqual(['children-stopped', 'remote-may-run'])
    expect(receipt.steps.map(({ mode, phase }) => mode ?? phase)).toEqual(['graceful', 'stopping', 'force'])
    await services.until(target.invocationId, 'completed')
  })

  test('without escalation it stays, and the receipt says why', async () => {
    const { target, tag } = await started('work/ignore', 'stubborn')
    await services.noted(tag, 'started')
    const receipt = await orders().stopAndWait(target, { deadlineMs: 1_500 })
    expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'stopping', mode: 'graceful' })
    expect(receipt.why).toMatch(/^cancel recorded at \d{4}-.*; the handler may have caught and ignored it$/)
    await services.until(target.invocationId, 'running')
    await kill(target.invocationId)
  })

  test('one that swallows the cancellation has ended anyway', async () => {
    const { target, tag } = await started('work/swallow', 'deaf')
    await services.noted(tag, 'started')
    const receipt = await orders().stopAndWait(target, { deadlineMs: 10_000 })
    expect(receipt).toMatchObject({ outcome: 'ended-anyway', phase: 'succeeded' })
  })

  test('a suspended one', async () => {
    const { target } = await started('work/sleep', 'sleeper')
    await services.until(target.invocationId, 'suspended')
    expect(await orders().stopAndWait(target, { deadlineMs: 10_000 })).toMatchObject({ outcome: 'stopped' })
  })

  test('one that backs off: the receipt names the failure and the next try', async () => {
    const { target } = await started('work/stumble', 'stumbling')
    await services.until(target.invocationId, 'backing-off')
    const receipt = await orders().stopAndWait(target, { deadlineMs: 400 })
    expect(receipt.outcome).toBe('accepted')
    expect(receipt.why).toMatch(/not yet|takes effect at the next await/)
    const forced = await orders().stopAndWait(target, { deadlineMs: 10_000, mode: 'force' })
    expect(forced).toMatchObject({ outcome: 'stopped', mode: 'force' })
  })

  test('a paused one', async () => {
    const { target } = await started('work/stumble', 'paused')
    await services.until(target.invocationId, 'backing-off')
    await fetch(`${server.adminUrl}/invocations/${target.invocationId}/pause`, { method: 'PATCH' })
    await services.until(target.invocationId, 'paused')
    expect(await orders().read(target)).toMatchObject({ phase: 'suspended', native: 'paused', ended: false })
    const receipt = await orders().stopAndWait(target, { deadlineMs: 10_000, escalateAfterMs: 300 })
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: 'force' })
  })

  test('one that waits behind its key, and the head goes on', async () => {
    const key = tagged('key')
    const head = await services.send(`queue/${key}/hold`, tagged('head'))
    const { target } = await started(`queue/${key}/hold`, 'second')
    await services.until(target.invocationId, 'pending')
    const receipt = await orders().stopAndWait(target, { deadlineMs: 10_000 })
    expect(receipt).toMatchObject({ outcome: 'stopped', httpStatus: 200 })
    expect((await orders().read({ invocationId: head.invocationId })).ended).toBe(false)
    await kill(head.invocationId)
  })

  test('a parent: the child that is awaited is cancelled with its compensation, the one-way child goes on', async () => {
    const { target, tag } = await started('work/parent', 'parent')
    await services.noted(`${tag} child`, 'started')
    await services.noted(`${tag} one-way`, 'started')
    expect(await orders().stopAndWait(target, { deadlineMs: 10_000 })).toMatchObject({ outcome: 'stopped' })
    await services.noted(`${tag} child`, 'undone')
    const query = `select id, target from sys_invocation where invoked_by_id = '${target.invocationId}'`
    const { data } = await orders().client.POST('/query', { headers: { accept: 'application/json' }, body: { query } })
    const idOf = (handler: string) => String(data?.rows.find((row) => row.target === handler)?.id)
    await services.until(idOf('work/compensate'), 'completed')
    await services.until(idOf('work/sleep'), 'running', 'suspended')
    await kill(idOf('work/sleep'))
  })

  test('by DELETE: the end is verified all the same; an id that never existed is not found', async () => {
    const { target, tag } = await started('work/compensate', 'saga')
    await services.noted(tag, 'started')
    expect(await orders({ api: 'delete' }).stopAndWait(target, { deadlineMs: 10_000 })).toMatchObject({
      outcome: 'stopped',
    })
    const unknown = { invocationId: 'inv_1gdJBtdVEcM942bjcDmb1c1khoaJe11Hbz' }
    await expect(orders({ api: 'delete' }).stopAndWait(unknown, { deadlineMs: 5_000 })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

test('waitUntilEnded follows work to its own end; an unknown id is not found', async () => {
  const { target } = await started('work/finish', 'quick')
  const status = await orders().waitUntilEnded(target, { deadlineMs: 10_000 })
  expect(status).toMatchObject({ phase: 'succeeded', ended: true })
  expect(status.times.endedAt?.getTime()).toBeGreaterThanOrEqual(
    status.times.createdAt?.getTime() ?? Number.POSITIVE_INFINITY,
  )
  const unknown = { invocationId: 'inv_1gdJBtdVEcM942bjcDmb1c1khoaJe11Hbz' }
  await expect(orders().waitUntilEnded(unknown, { deadlineMs: 5_000 })).rejects.toMatchObject({ code: 'not_found' })
})

describe.each(['patch', 'delete'] as const)('purge by %s', (api) => {
  test('forgets what has ended, and refuses what has not', async () => {
    const done = await started('work/finish', 'done')
    await services.until(done.target.invocationId, 'completed')
    expect(await orders({ api }).purge(done.target)).toMatchObject({ outcome: 'purged' })
    expect(await orders().read(done.target)).toMatchObject({ phase: 'gone' })
    await expect(orders({ api }).purge(done.target)).rejects.toMatchObject({ code: 'not_found' })
    expect(await orders({ api }).purge(done.target, { ifMissing: 'accept' })).toMatchObject({ outcome: 'gone' })

    const busy = await started('work/ignore', 'busy')
    await services.noted(busy.tag, 'started')
    await expect(orders({ api }).purge(busy.target)).rejects.toMatchObject({ code: 'failed_precondition' })
    await services.until(busy.target.invocationId, 'running')
    await kill(busy.target.invocationId)
  })
})

test('purge of the journal alone keeps the result', async () => {
  const { target } = await started('work/finish', 'done')
  await services.until(target.invocationId, 'completed')
  expect(await orders().purge(target, { journalOnly: true })).toMatchObject({ outcome: 'purged' })
  expect(await orders().read(target)).toMatchObject({ phase: 'succeeded' })
  await expect(orders({ api: 'delete' }).purge(target, { journalOnly: true })).rejects.toMatchObject({
    code: 'unsupported',
  })
})
