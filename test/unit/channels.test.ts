/** Events and log lines where a runtime has no modules of Node.js: the same as on the channels of Node.js. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { channel } from '../../src/core/watch/channel.js'
import { checkLogger } from '../../src/core/watch/logger.js'
import { fromEnv } from '../../src/systems/restate/index.js'
import { withoutBuiltins } from '../support/without-builtins.js'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('on Node.js it is the channel of that name', () => {
  const heard: unknown[] = []
  const hear = (message: unknown): void => void heard.push(message)
  subscribe('allstop:test', hear)
  channel('allstop:test').publish({ one: 1 })
  unsubscribe('allstop:test', hear)
  expect(heard).toEqual([{ one: 1 }])
  expect(channel('allstop:test').hasSubscribers).toBe(false)
})

describe.each(Object.entries(withoutBuiltins))('in a runtime that %s', (_, prepare) => {
  beforeEach(() => prepare())

  test('a channel reaches its listeners, and only them', () => {
    const one = channel('allstop:test')
    expect(one.hasSubscribers).toBe(false)
    const heard: unknown[] = []
    const hear = (message: unknown): void => {
      heard.push(message)
      one.unsubscribe(hear)
    }
    one.subscribe(hear)
    one.subscribe((message) => heard.push(message))
    expect(one.hasSubscribers).toBe(true)
    one.publish({ n: 1 })
    one.publish({ n: 2 })
    expect(heard).toEqual([{ n: 1 }, { n: 1 }, { n: 2 }])
    one.unsubscribe(hear)
    expect(one.hasSubscribers).toBe(true)
    expect(channel('allstop:test').hasSubscribers).toBe(false)
  })

  test('what a listener throws comes later, and keeps no other listener from hearing', () => {
    vi.useFakeTimers()
    const one = channel('allstop:test')
    const heard: unknown[] = []
    one.subscribe(() => {
      throw new Error('mine')
    })
    one.subscribe((message) => heard.push(message))
    one.publish({ n: 1 })
    expect(heard).toEqual([{ n: 1 }])
    expect(() => vi.runAllTimers()).toThrow('mine')
  })

  test('the console gets only the message', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const event = { system: 'orders', kind: 'restate', code: 'no-credential', message: 'none' } as const
    checkLogger(console)?.('allstop:warning', event)
    expect(warned.mock.calls).toEqual([['orders: none']])
  })

  test('a variable of the environment is not set', () => {
    vi.stubEnv('RESTATE_AUTH_TOKEN', undefined)
    expect(() => fromEnv()).toThrow('RESTATE_AUTH_TOKEN: is not set in the environment')
  })
})
