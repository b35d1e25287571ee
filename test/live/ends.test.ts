/** How invocations end, whatever the SDK calls it: the journal tells whether a cancel is why. Both SDKs. */

import * as sdk from '@restatedev/restate-sdk'
import { restate } from 'allstop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RestateServer, startRestate } from '../support/restate-server.js'
import { newestSdk, type Services, startServices } from '../support/restate-services.js'

const versions = [
  ['the oldest SDK', async () => sdk],
  ['the current SDK', newestSdk],
] as const
const retentions = [
  ['the journal is kept', {}],
  ['the journal is not kept', { RESTATE_DEFAULT_JOURNAL_RETENTION: '0s' }],
] as const

describe.each(retentions)('%s', (kept, settings) => {
  describe.each(versions)('%s', (_, restateSdk) => {
    let server: RestateServer
    let services: Services
    let count = 0
    beforeAll(async () => {
      server = await startRestate(settings)
      services = await startServices(server, { restateSdk: await restateSdk() })
    })
    afterAll(async () => {
      await services?.close()
      await server?.close()
    })
    const isKept = kept === 'the journal is kept'
    const wait = { deadlineMs: 10_000 }
    const orders = () => restate({ baseUrl: server.adminUrl })

    async function started(path: string, more?: object): Promise<{ target: { invocationId: string }; tag: string }> {
      count += 1
      const tag = `${path}-${count}`
      const { invocationId } = await services.send(`work/${path}`, more === undefined ? tag : { tag, ...more })
      await services.noted(tag, path === 'pretend' ? 'failed' : 'started')
      return { target: { invocationId }, tag }
    }

    test.each(['Cancelled', 'cancelled', 'Canceled', 'Error 409', 'gave up'])('it gave up as "%s"', async (word) => {
      const { target } = await started('giveUp', { word })
      const receipt = await orders().stopAndWait(target, wait)
      // A conflict of its own has the code 409 too.
      const isKnown = /^cancell?ed$/i.test(word) || (isKept && word === 'Error 409')
      expect(receipt.outcome).toBe(isKnown ? 'stopped' : 'ended-unexplained')
      if (!isKnown) expect(receipt.why).toContain(isKept ? 'failed with another error' : 'does not show its journal')
      expect((await orders().read(target)).phase).toBe(isKnown ? 'stopped' : 'failed')
    })

    test('its undo failed: nothing says that it was stopped', async () => {
      const { target } = await started('failUndo')
      const receipt = await orders().stopAndWait(target, wait)
      expect(receipt).toMatchObject({ outcome: 'ended-unexplained', phase: 'failed' })
      expect(receipt.why).toMatch(isKept ? /^a cancel was recorded at 2\d{3}-/ : /does not show its journal/)
    })

    test('it was killed, and its journal holds no answer', async () => {
      const { target } = await started('sleep')
      await orders().stop(target, { mode: 'force' })
      expect(await orders().read(target)).toMatchObject({ phase: 'stopped', native: 'completed failure [409] killed' })
    })

    if (isKept) {
      test('it failed by itself with the words of a cancel', async () => {
        const { target } = await started('pretend')
        const status = await orders().waitUntilEnded(target, wait)
        expect(status).toMatchObject({ phase: 'failed', native: 'completed failure [409] Cancelled' })
      })

      test('its child was killed, not it', async () => {
        const { target, tag } = await started('parent')
        await services.noted(`${tag} child`, 'started')
        const query = `select id from sys_invocation where invoked_by_id = '${target.invocationId}' and target = 'work/compensate'`
        const { data } = await orders().client.POST('/query', {
          headers: { accept: 'application/json' },
          body: { query },
        })
        await orders().stop({ invocationId: String(data?.rows[0]?.id) }, { mode: 'force' })
        const status = await orders().waitUntilEnded(target, wait)
        expect(status).toMatchObject({ phase: 'failed', native: 'completed failure [409] killed' })
      })
    }
  })
})
