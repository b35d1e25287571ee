/** Options, targets and keys that are inherited, as from a class or by `Object.create(defaults)`, count as if they were own. */
import {
  acs3,
  akSk,
  allstop,
  functionCompute,
  isStopError,
  oauth2ClientCredentials,
  restate,
  type StopOptions,
  type System,
} from 'allstop'
import { afterEach, describe, expect, test } from 'vitest'
import { readFields } from '../../src/core/check/fields.js'
import { ids } from '../support/systems.js'

const target = { invocationId: ids.restate }

/** A Restate that writes down what it was sent, and takes every stop. */
function recording(options: object = {}) {
  const sent: { url: string; headers: Record<string, string> }[] = []
  const fetch = async (url: string, init: RequestInit) => {
    // The look before a cancel is not the matter here.
    if (url.endsWith('/query')) return new Response('{"rows":[]}')
    sent.push({ url, headers: init.headers as Record<string, string> })
    return new Response(null, { status: 202 })
  }
  return { sent, system: restate({ baseUrl: 'http://127.0.0.1:9', api: 'patch', fetch, ...options }) }
}

async function refusal(work: () => unknown): Promise<string> {
  const error = await (async () => work())().catch((thrown: unknown) => thrown)
  if (!isStopError(error)) throw new Error('not refused')
  expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
  return error.message
}

const aborted = AbortSignal.abort()
class ByGetter {
  get signal(): AbortSignal {
    return aborted
  }
}
class ByPrivateField {
  readonly #signal = aborted
  get signal(): AbortSignal {
    return this.#signal
  }
  describe(): string {
    return 'a method is no field'
  }
}
class Grandchild extends ByPrivateField {}

describe('a signal that has fired stops the stop', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['own', { signal: aborted }],
    ['of defaults', Object.create({ signal: aborted })],
    ['of defaults without prototype', Object.create(Object.assign(Object.create(null), { signal: aborted }))],
    ['beside an inherited function', Object.create({ signal: aborted, describe: () => 'no field' })],
    ['of a getter', new ByGetter()],
    ['of a private field', new ByPrivateField()],
    ['of a grandparent', new Grandchild()],
    ['not enumerable', Object.defineProperty({}, 'signal', { value: aborted })],
    ['of a proxy', new Proxy(new ByGetter(), {})],
  ]
  const verbs = ['stop', 'read', 'stopAndWait', 'waitUntilEnded', 'purge'] as const

  test.each(cases.flatMap(([what, options]) => verbs.map((verb) => [what, verb, options] as const)))(
    '%s: %s',
    async (_, verb, options) => {
      const { system, sent } = recording()
      // Set on the object itself, so that what is inherited stays so.
      if (verb.includes('ait')) Object.defineProperty(options, 'deadlineMs', { value: 1_000, configurable: true })
      const done = system[verb](target, options as never)
      if (verb.includes('ait')) delete (options as { deadlineMs?: number }).deadlineMs
      await expect(done).rejects.toMatchObject({ code: 'aborted' })
      expect(sent).toEqual([])
    },
  )
})

test('what is own wins, also as undefined', async () => {
  const { system, sent } = recording()
  await system.stop(target, Object.assign(Object.create({ signal: aborted }), { signal: undefined }))
  expect(sent).toHaveLength(1)
})

test('a getter is read once', async () => {
  const { system } = recording()
  let reads = 0
  const options = {
    get timeoutMs() {
      reads += 1
      return reads === 1 ? 1_000 : -1
    },
  }
  await system.stop(target, Object.create(options))
  expect(reads).toBe(1)
})

test('an inherited function stays a method of its object', async () => {
  class Mine {
    readonly urls: string[] = []
    async fetch(url: string): Promise<Response> {
      if (!url.endsWith('/query')) this.urls.push(url)
      return new Response(null, { status: 202 })
    }
  }
  const mine = Object.defineProperty(new Mine(), 'urls', { enumerable: false })
  await recording().system.stop(target, mine as StopOptions)
  expect(mine.urls).toHaveLength(1)
})

describe('inherited all the same', () => {
  test('the options of a factory, retry and headers', async () => {
    const { sent, system } = recording(Object.create(null))
    expect(system.kind).toBe('restate')
    const defaults = { baseUrl: 'http://127.0.0.1:8', api: 'patch', headers: Object.create({ 'x-own': 'a' }) }
    let tries = 0
    const fetch = async (url: string) => {
      if (!url.endsWith('/query')) tries += 1
      return new Response(null, { status: 429 })
    }
    const retry = Object.create({ attempts: 2, minDelayMs: 1, maxDelayMs: 1 })
    const inheriting = restate(Object.assign(Object.create(defaults), { fetch, retry }))
    await expect(inheriting.stop(target)).rejects.toMatchObject({ code: 'rate_limited', attempts: 2 })
    expect(tries).toBe(2)
    expect(sent).toEqual([])
  })

  test('targets, also of a fleet', async () => {
    const { system, sent } = recording()
    class Row {
      get invocationId(): string {
        return ids.restate
      }
    }
    class NamedRow extends Row {
      readonly system = 'orders'
    }
    await system.stop(new Row())
    await allstop({ orders: system }).stop(new NamedRow())
    await allstop(Object.create({ orders: system }) as { orders: System<never, never, never, never> }).stop(
      Object.create({ system: 'orders', ...target }) as never,
    )
    expect(sent.map(({ url }) => url)).toEqual(Array(3).fill(`http://127.0.0.1:9/invocations/${ids.restate}/cancel`))
  })

  test('poll', async () => {
    const { system } = recording()
    const poll = Object.create({ minDelayMs: 5, maxDelayMs: 1 })
    expect(await refusal(() => system.stopAndWait(target, { deadlineMs: 1_000, poll }))).toContain('poll: needs')
  })

  test('keys', async () => {
    const keys = Object.create({ accessKeyId: 'AK', accessKeySecret: 'bad\n' })
    expect(await refusal(() => acs3(keys))).toContain('auth.accessKeySecret: ')
    const request = {
      method: 'GET',
      url: new URL('http://127.0.0.1/2023-03-30/functions/f/async-tasks/t'),
      headers: {},
      body: '',
      signal: new AbortController().signal,
    }
    const proof = await acs3(Object.create({ accessKeyId: 'AK', accessKeySecret: 'SK' })).authorize(request)
    expect(proof['authorization']).toContain('Credential=AK,')
  })
})

describe('refused', () => {
  const { system } = recording()
  const endless = (): object => new Proxy({}, { getPrototypeOf: endless })
  const trap = (): never => {
    throw new TypeError('a trap of the proxy')
  }
  class Misspelt {
    get sginal(): AbortSignal {
      return aborted
    }
  }
  class Private {
    readonly #signal = aborted
    constructor(private readonly secretly = 1) {}
    get signal(): AbortSignal {
      return this.secretly === 1 ? this.#signal : aborted
    }
  }
  class Throwing {
    get signal(): AbortSignal {
      throw new Error('secret')
    }
  }
  const cases: readonly (readonly [string, object, string])[] = [
    ['a misspelt getter', new Misspelt(), 'options.sginal: is not a known field'],
    ["a TypeScript 'private'", new Private(), "in a class, write '#name': 'private name' is visible at run time"],
    ['a misspelt default', Object.create({ sginal: aborted }), 'options.sginal: is not a known field'],
    ['a Map', new Map([['signal', aborted]]), 'options.size: is not a known field'],
    ['a getter that throws', new Throwing(), 'options.signal: its getter threw'],
    ['a chain of prototypes without end', endless(), 'options: cannot be read'],
    ['a proxy that throws for its prototype', new Proxy({}, { getPrototypeOf: trap }), 'options: cannot be read'],
    ['a proxy that throws for its keys', new Proxy({}, { ownKeys: trap }), 'options: cannot be read'],
    [
      'a proxy that hides what it lists',
      new Proxy({ mode: 'no' }, { ownKeys: () => ['mode', 'x'] }),
      'mode: this system',
    ],
  ]
  test.each(cases)('%s', async (_, options, message) => {
    expect(await refusal(() => system.stop(target, options as StopOptions))).toContain(message)
  })

  test('a plain object gets no hint on classes', async () => {
    const given = { timeout: 1 } as StopOptions
    expect(await refusal(() => system.stop(target, given))).toMatch(/known are [\w, ]+$/)
  })
})

describe('what was put on Object.prototype is no option', () => {
  const polluted = ['timeoutMs', 'allowInsecure', 'accessKeySecret', 'clock', 'invocationId', 'minDelayMs'] as const
  afterEach(() => {
    for (const name of polluted) Reflect.deleteProperty(Object.prototype, name)
  })
  // Not enumerable: openapi-fetch would make a query of it.
  const pollute = (name: (typeof polluted)[number], value: unknown) =>
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })

  test('of a call', async () => {
    const { system, sent } = recording()
    pollute('timeoutMs', -1)
    await system.stop(target, {})
    expect(sent).toHaveLength(1)
  })

  test('of a target', async () => {
    const { system, sent } = recording()
    pollute('invocationId', ids.restate)
    expect(await refusal(() => system.stop({} as never))).toContain('invocationId: ')
    expect(sent).toEqual([])
  })

  test('of retry', () => {
    pollute('minDelayMs', -1)
    expect(() => recording({ retry: { attempts: 2 } })).not.toThrow()
  })

  test('of credentials', async () => {
    pollute('allowInsecure', true)
    pollute('accessKeySecret', 'SK')
    pollute('clock', 7)
    const oauth = { tokenUrl: 'http://idcs.example', clientId: 'c', clientSecret: 's', scope: 's' }
    expect(await refusal(() => oauth2ClientCredentials(oauth))).toContain('tokenUrl: ')
    expect(await refusal(() => acs3({ accessKeyId: 'AK' } as never))).toContain('auth.accessKeySecret: ')
    expect(() => akSk({ accessKeyId: 'AK', secretAccessKey: 'SK' })).not.toThrow()
  })

  test('of a system', async () => {
    pollute('allowInsecure', true)
    const auth = acs3({ accessKeyId: 'AK', accessKeySecret: 'SK' })
    expect(await refusal(() => functionCompute({ baseUrl: 'http://fc.example', auth }))).toContain('baseUrl: ')
  })
})

test('what every object has is no field, also when that itself is given', () => {
  expect(readFields(Object.prototype, ['toString'])).toEqual({})
})
