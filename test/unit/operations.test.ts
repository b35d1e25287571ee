/** The operations that a facade declares are those of its spec, and say of themselves what the spec lets one see. */
import { describe, expect, test } from 'vitest'
import type { Operation } from '../../src/core/words/operation.js'
import { operationsOf } from '../support/spec.js'
import { fixtures } from '../systems/index.js'

describe.each(fixtures)('$kind', async ({ kind }) => {
  const { operations } = (await import(`../../src/systems/${kind}/operations.ts`)) as {
    operations: Readonly<Record<string, Operation>>
  }
  const documented = new Map(operationsOf(kind).map((one) => [one.operationId, one]))

  test.each(Object.entries(operations))('%s', (name, { id, method, path, effect, passing, accept }) => {
    const spec = documented.get(id)
    expect({ id, method, path }).toEqual({ id: spec?.operationId, method: spec?.method, path: spec?.path })
    // What GET does is never said to change anything; what else only reads is a query.
    if (method === 'GET') expect(effect).toBe('none')
    else if (effect === 'none') expect(path).toMatch(/query/)
    if (name !== id) expect(documented.has(name), `${name} is the name of another operation`).toBe(false)
    // 429 is retried for every operation; a success or a refusal passes for none.
    for (const status of passing) expect([408, 500, 502, 503, 504]).toContain(status)
    const types = spec?.rows.filter(({ status }) => status === '200').map(({ mediaType }) => mediaType)
    if (accept !== undefined) expect(types).toContain(accept)
  })
})
