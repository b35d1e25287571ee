/** The stateful fakes say nothing that the specs do not: each answer of a whole life passes through Prism. */
import type { Fetch } from 'allstop'
import { expect, test } from 'vitest'
import { type Fake, serve } from '../support/fakes/serve.js'
import { Work } from '../support/fakes/work.js'
import { assertNoViolation, startPrism } from '../support/prism.js'
import type { LooseSystem } from '../systems/fixture.js'
import { type AnyVariant, variants } from '../systems/index.js'

const checkedFetch: Fetch = async (url, init) => {
  const response = await fetch(url, init)
  await assertNoViolation(response)
  return response
}

/** Short pauses: these run in real time. */
const wait = { deadlineMs: 5_000, poll: { minDelayMs: 20, maxDelayMs: 50 } }

async function code(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'no error',
    (error: { code: unknown }) => error.code,
  )
}

/** The system in front of a fake, with Prism between them. */
async function through<T>(
  { kind, make, credential, fake }: AnyVariant,
  one: Fake,
  act: (system: LooseSystem) => Promise<T>,
) {
  await using served = await serve(one)
  await using prism = await startPrism(kind, served.url)
  return await act(make({ ...fake.options, baseUrl: prism.url, fetch: checkedFetch, auth: credential('test') }))
}

test.each(variants)('$name: a life that is stopped, and what never was', async (variant) => {
  const { fake, target, other, lives } = variant
  await through(variant, fake.of(new Work({ gracefulTakesMs: 150, forceTakesMs: 150 })), async (system) => {
    expect(await system.stopAndWait(target, wait)).toMatchObject({ outcome: 'stopped' })
    if (lives.stoppedAs === 'gone') expect(await code(system.stop(target))).toBe('not_found')
    else expect(await system.stop(target)).toMatchObject({ outcome: 'already-ended' })
    expect(await code(system.stop(other))).toBe('not_found')
    expect(await system.read(other)).toMatchObject({ phase: lives.missingAs })
  })
})

test.each(variants.filter(({ modes }) => modes.length === 2))('$name: a life that is forced', async (variant) => {
  await through(variant, variant.fake.of(new Work()), async (system) => {
    const forced = await system.stopAndWait(variant.target, { ...wait, escalateAfterMs: 100 })
    expect(forced).toMatchObject({ outcome: 'stopped', mode: 'force' })
  })
})

test.each(variants.filter(({ wire }) => wire.purge !== undefined))(
  '$name: a record that is purged',
  async (variant) => {
    const { fake, target } = variant
    await through(variant, fake.of(new Work({ gracefulTakesMs: 150 })), async (system) => {
      expect(await code(Promise.resolve(system.purge?.(target)))).toBe('failed_precondition')
      await system.stopAndWait(target, wait)
      expect(await system.purge?.(target)).toMatchObject({ outcome: 'purged' })
      expect(await system.read(target)).toMatchObject({ phase: 'gone' })
    })
  },
)
