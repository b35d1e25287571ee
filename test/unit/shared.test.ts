/** Work that is shared: one who is late with a result does not spoil what came after. */
import { expect, test } from 'vitest'
import { shared } from '../../src/core/time/shared.js'

test('abandoned work that ends well all the same takes nothing from the work that followed it', async () => {
  const share = shared<string>()
  const endings: ((value: string) => void)[] = []
  const signals: AbortSignal[] = []
  const work = (abandoned: AbortSignal) => {
    signals.push(abandoned)
    return new Promise<string>((resolve) => endings.push(resolve))
  }
  const gaveUp = share(work, async () => 'gave up')
  expect(await gaveUp).toBe('gave up')
  expect(signals[0]?.aborted).toBe(true)

  let leave: () => void = () => {}
  const second = share(work, () => new Promise<string>((resolve) => (leave = () => resolve('left'))))
  endings[0]?.('late')
  await new Promise((resolve) => setTimeout(resolve))
  // The second is still the one that is asked for, and can still be abandoned.
  leave()
  expect(await second).toBe('left')
  expect(signals[1]?.aborted).toBe(true)

  const third = share(work, (result) => result)
  endings[2]?.('well')
  expect(await third).toBe('well')
  expect(await share(work, (result) => result)).toBe('well')
  expect(signals).toHaveLength(3)
})
