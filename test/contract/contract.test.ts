/**
 * The contract, made from the specs: every operation x documented status x named example is one row, asked of Prism
 * through the typed client and, where the facade uses the operation, through the facade. A row that the table gives no
 * meaning fails, so a new response in a spec asks for its meaning in code.
 */
import { isDeepStrictEqual } from 'node:util'
import { isStopError, type Receipt, type Status } from 'allstop'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Mock, startPrism } from '../support/prism.js'
import { operationsOf, type Row, rowKey, undocumentedStatus } from '../support/spec.js'
import { fixtures } from '../systems/index.js'
import { fetchPreferring } from './harness.js'

describe.each(fixtures)('$kind', ({ kind, contract }) => {
  const operations = operationsOf(kind)
  let prism: Mock
  beforeAll(async () => {
    prism = await startPrism(kind)
  })
  afterAll(() => prism.close())

  test('every operation of the spec is in the table, and no other', () => {
    expect(Object.keys(contract).toSorted()).toEqual(operations.map(({ operationId }) => operationId).toSorted())
  })

  describe.each(operations)('$operationId', (operation) => {
    const { operationId, rows } = operation
    const entry = contract[operationId]

    test.each(rows)('client: $status $mediaType $example', async (row) => {
      const result = await entry?.client(prism.url, fetchPreferring(operations, row))
      const status = row.status === 'default' ? undocumentedStatus : row.status
      expect(result?.response.status).toBe(Number(status))
      // An empty text, an absent body and JSON's null all reach openapi-fetch's user as something falsy.
      const body = (result?.response.ok ? result.data : result?.error) || null
      expect(isDeepStrictEqual(body, row.value || null), `body is ${JSON.stringify(body)}`).toBe(true)
    })

    const facade = entry?.facade
    if (facade !== undefined) {
      test('the facade gives every row a meaning, and none that the spec does not have', () => {
        expect(Object.keys(facade.means).toSorted()).toEqual([...new Set(rows.map(rowKey))].toSorted())
      })

      test.each(rows)('facade: $status $mediaType $example', async (row) => {
        const meaning = facade.means[rowKey(row)]
        if (meaning === undefined) throw new Error(`no meaning for ${rowKey(row)}`)
        const beside = { ...facade.besideAll, ...facade.beside?.[rowKey(row)] }
        const fetch = fetchPreferring(operations, row, beside, facade.headers?.[rowKey(row)])
        const result: unknown = await facade.call(prism.url, fetch).catch((thrown: unknown) => thrown)
        if ('code' in meaning) {
          if (!isStopError(result)) throw new Error(`not an error: ${JSON.stringify(result)}`)
          expect(result).toMatchObject({ ambiguous: false, ...meaning, operation: operationId })
        } else {
          if (isStopError(result)) throw result
          const { outcome, phase, native, why, times } = JSON.parse(JSON.stringify(result)) as Receipt & Status
          const given = { ...('why' in meaning ? { why } : {}), ...('times' in meaning ? { times } : {}) }
          expect({ outcome, phase, native, ...given }).toEqual({
            outcome: undefined,
            phase: undefined,
            native: undefined,
            ...meaning,
          })
        }
      })
    }
  })
})

test('coverage: every documented answer has its row and its meaning', () => {
  const table = fixtures.flatMap(({ kind, contract }) =>
    operationsOf(kind).map(({ operationId, rows }) => {
      const entry = contract[operationId]
      const covered = rows.filter((row) => entry !== undefined && (entry.facade?.means[rowKey(row)] ?? !entry.facade))
      const statuses = (some: readonly Row[]) => new Set(some.map(({ status }) => status)).size
      const through = entry?.facade === undefined ? 'client' : 'client, facade'
      return {
        kind,
        operationId,
        through,
        rows: [covered.length, rows.length],
        statuses: [statuses(covered), statuses(rows)],
      }
    }),
  )
  const total = (pick: (line: (typeof table)[number]) => readonly number[]) =>
    table.map(pick).reduce<[number, number]>(([a, b], [x = 0, y = 0]) => [a + x, b + y], [0, 0])
  const lines = table.map(
    ({ kind, operationId, through, rows, statuses }) =>
      `  ${kind.padEnd(21)} ${operationId.padEnd(29)} ${statuses.join(' of ').padStart(9)} statuses ${rows.join(' of ').padStart(9)} rows   ${through}`,
  )
  const statuses = total((line) => line.statuses)
  const rows = total((line) => line.rows)
  console.log(
    `contract coverage\n${lines.join('\n')}\n  operations x statuses: ${statuses.join(' of ')}; rows: ${rows.join(' of ')}`,
  )
  expect(statuses[0]).toBe(statuses[1])
  expect(rows[0]).toBe(rows[1])
})
