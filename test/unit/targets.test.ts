/** A field of a target that its system does not know is refused: it would be dropped, and the stop be another one than was meant. */
import { type AnySystem, allstop, functionGraph } from 'allstop'
import { describe, expect, test } from 'vitest'
import { baseUrl } from '../support/examples.js'
import { errorOf } from '../support/outcome.js'
import { ids } from '../support/systems.js'
import { variants } from '../systems/index.js'

const sent: string[] = []
const fetch = async (url: string) => {
  sent.push(url)
  return new Response(null, { status: 418 })
}
const options = { baseUrl, fetch, retry: false } as const
const systems = variants.map(({ name, make, target }) => ({ name, alone: make(options), target }))
const fleet = allstop(Object.fromEntries(systems.map(({ name, alone }) => [name, alone as unknown as AnySystem])))

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await errorOf(work)
  expect(error).toMatchObject({ code: 'invalid_argument', attempts: 0, ambiguous: false })
  return error.message
}

describe.each(systems)('$name', ({ name, alone, target }) => {
  const verbs = ['stop', 'read', 'stopAndWait', 'waitUntilEnded', ...('purge' in alone ? ['purge'] : [])] as 'stop'[]
  /** What belongs into the options, a misspelt field, and every field that only other systems have. */
  const others = Object.assign({}, ...systems.map((other) => other.target)) as object
  const foreign = Object.entries({ mode: 'force', qualifer: 'LATEST', ...others }).filter(([key]) => !(key in target))

  test.each(foreign)('%s', async (key, value) => {
    sent.length = 0
    const given = { ...target, [key]: value }
    for (const verb of verbs) {
      expect(await refusal(alone[verb](given, { deadlineMs: 1_000 } as never))).toContain(`target.${key}: is `)
    }
    for (const verb of ['stop', 'read', 'stopAndWait', 'waitUntilEnded'] as const) {
      const through = fleet[verb]({ system: name, ...given } as never, { deadlineMs: 1_000 } as never)
      expect(await refusal(through)).toContain(`${name} ${verb}: target.${key}: is `)
    }
    expect(sent).toEqual([])
  })

  test("a system's name is for a fleet", async () => {
    expect(await refusal(alone.stop({ system: name, ...target }))).toContain('target.system: is not a known field')
  })

  test('undefined is no field', async () => {
    sent.length = 0
    const nothing = Object.fromEntries(foreign.map(([key]) => [key, undefined]))
    await alone.read({ ...target, ...nothing }).catch(() => {})
    await fleet.read({ system: name, ...target, ...nothing } as never).catch(() => {})
    expect(sent.length).toBeGreaterThan(1)
  })
})

test('a mode in the target names the fields that there are', async () => {
  const target = { functionUrn: ids.urn, requestId: ids.uuid, mode: 'graceful' }
  const message = await refusal(functionGraph(options).stop(target))
  expect(message).toContain('target.mode: is not a known field; known are functionUrn, requestId; options')
})
