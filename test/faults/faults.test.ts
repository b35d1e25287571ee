/**
 * Every fault at every operation of every system, at real sockets: the code, whether it is ambiguous, how often it was
 * sent, and that nothing raw escapes. `npm run faults` prints the table.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Cell, runCell } from './cell.js'
import { expected } from './expected.js'
import { faults } from './faults.js'
import { acts } from './operations.js'

const label = ({ system, name }: (typeof acts)[number]) => `${system.kind} ${name}`

/** All operations at once, by name. */
async function row<V>(value: (act: (typeof acts)[number]) => Promise<V> | V): Promise<Record<string, V>> {
  return Object.fromEntries(await Promise.all(acts.map(async (act) => [label(act), await value(act)] as const)))
}

const wordsOf = (cells: Record<string, Cell>) =>
  Object.fromEntries(Object.entries(cells).map(([name, { words }]) => [name, words]))

let well: Record<string, Cell>
beforeAll(async () => {
  well = await row((act) => runCell(act, undefined))
})

test('without a fault, every operation does what it is for', () => {
  for (const [name, cell] of Object.entries(well)) {
    expect(cell, name).toMatchObject({ arrived: 1 })
    expect(cell.words, name).toMatch(/^(?:stopped|accepted|purged) x1$|^phase (?!unknown)|^HTTP 20/)
  }
})

describe.each(faults)('$name', (fault) => {
  test(`${acts.length} operations`, async () => {
    const cells = await row((act) => runCell(act, fault))
    expect(wordsOf(cells)).toEqual(await row((act) => expected(act, fault, well[label(act)]?.words ?? '')))
    for (const act of acts) {
      const { words, arrived, elapsedMs } = cells[label(act)] ?? { words: '', arrived: -1, elapsedMs: 0 }
      // What is said to have been sent has arrived, and no more.
      const recovered = fault.outcome === 'recovers' && act.through === 'facade' && act.effect !== 'harmful' ? 2 : 1
      const sent = Number(/ x(\d)$/.exec(words)?.[1] ?? 1)
      const expectedToArrive = fault.outcome === 'recovers' ? recovered : sent
      expect(arrived, label(act)).toBe(fault.place === undefined ? expectedToArrive : 0)
      if (sent === 2) expect(elapsedMs, label(act)).toBeGreaterThanOrEqual((fault.waitsMs ?? 0) - 20)
    }
  })
})
