/** Graceful stops of one target at one time are one, at every system that has them. */
import type { Receipt, StopOptions } from 'allstop'
import { describe, expect, test } from 'vitest'
import { answeringWell } from '../support/answers.js'
import { baseUrl, codes } from '../support/examples.js'
import { asFetch, json } from '../support/fakes/serve.js'
import { isRead } from '../support/is-read.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'
import { variants } from '../systems/index.js'

useVirtualClock()

type Stop = (options?: Pick<StopOptions, 'signal' | 'timeoutMs' | 'ifStopping'>) => Promise<Receipt>

const graceful = variants.filter(({ modes }) => modes.includes('graceful'))

describe.each(graceful)('$name', ({ kind, make, target, sameTarget, lives }) => {
  /** Answers the changes one after the other, each after a second; the stop under its own and under another name. */
  function setUp(answers: (() => Response)[]) {
    const changes: number[] = []
    const fetch = asFetch(async (request) => {
      if (isRead(request)) return answeringWell(request)
      changes.push(Date.now())
      const answer = answers.shift() ?? (() => answeringWell(request))
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      return answer()
    })
    const system = make({ baseUrl, fetch })
    const one: Stop = (options) => system.stop(target, options)
    // The same work, in another form that its id may have.
    const other: Stop = (options) => system.named('other').stop(sameTarget, options)
    return { changes, one, other }
  }

  test('five, under two names, send one request, and four say that they joined', async () => {
    const { changes, one, other } = setUp([])
    const receipts = await onVirtualClock(() => Promise.all([one(), other(), one(), other(), one()]))
    expect(changes).toHaveLength(1)
    expect(receipts.map((receipt) => receipt.outcome)).toEqual(Array(5).fill(lives.taken))
    expect(receipts.map(({ attempts }) => attempts)).toEqual([1, 0, 0, 0, 0])
    expect(receipts.map((receipt) => codes(receipt).includes('already-stopping'))).toEqual([
      false,
      ...Array(4).fill(true),
    ])
    expect(new Set(receipts.map(({ system }) => system))).toEqual(new Set([kind, 'other']))
    // Over is over: the next one is sent.
    await onVirtualClock(() => one())
    expect(changes).toHaveLength(2)
  })

  test("each caller's signal and time end its own wait only", async () => {
    const { changes, one, other } = setUp([])
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 300)
    const all = [one(), other({ signal: controller.signal }), one({ timeoutMs: 500 }), other()]
    const results = await onVirtualClock(() => Promise.allSettled(all))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
    const reasons = results.map((result) => (result.status === 'rejected' ? result.reason : undefined))
    // They sent nothing, but what they asked for is on its way.
    expect(reasons[1]).toMatchObject({ code: 'aborted', ambiguous: true, attempts: 0 })
    expect(reasons[2]).toMatchObject({ code: 'deadline_exceeded', ambiguous: true, attempts: 0 })
    expect(changes).toHaveLength(1)
  })

  test('when the one that was sent fails, the others go on, and again as one', async () => {
    const { changes, one, other } = setUp([() => json(401, {})])
    const results = await onVirtualClock(() => Promise.allSettled([one(), other(), one(), other()]))
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
    expect(changes).toHaveLength(2)
  })

  test('when the one that sent it gives up, the others go on, unless a second stop may do harm', async () => {
    const { changes, one, other } = setUp([])
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 300)
    const all = [one({ signal: controller.signal }), other(), one()]
    const [first, ...others] = await onVirtualClock(() => Promise.allSettled(all))
    expect(first?.status).toBe('rejected')
    const harmful = lives.harmfulTwice.includes('graceful')
    for (const result of others) {
      if (harmful) expect(result).toMatchObject({ reason: { ambiguous: true } })
      else expect(result).toMatchObject({ status: 'fulfilled' })
    }
    expect(changes).toHaveLength(harmful ? 1 : 2)
  })

  test('repeats that are asked for are all sent', async () => {
    const { changes, one, other } = setUp([])
    const options = { ifStopping: 'repeat' as const }
    await onVirtualClock(() => Promise.all([one(options), other(options), one(options)]))
    expect(changes).toHaveLength(3)
  })
})
