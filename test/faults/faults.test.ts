/**
 * Every fault at every operation of every system, at real sockets: the code, whether it is ambiguous, how often it was
 * sent, and that nothing raw escapes. Over undici, as users have it; and over fetch, for which a sample is enough here.
 * `npm run faults` prints both in full, and `FAULTS=all` tests them.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Cell, runCell, type Transport, transports } from './cell.js'
import { expected } from './expected.js'
import { faults } from './faults.js'
import { type Act, acts, sample } from './operations.js'

interface Run {
  readonly act: Act
  readonly transport: Transport
}

const isSampled = (transport: Transport) => transport === 'fetch' && process.env['FAULTS'] !== 'all'
const runs: readonly Run[] = transports.flatMap((transport) =>
  (isSampled(transport) ? sample : acts).map((act) => ({ act, transport })),
)
const label = ({ act: { system, name }, transport }: Run) => `${system.kind} ${name} over ${transport}`

/** All operations at once, by name. */
async function row<V>(value: (run: Run) => Promise<V> | V): Promise<Record<string, V>> {
  return Object.fromEntries(await Promise.all(runs.map(async (run) => [label(run), await value(run)] as const)))
}

const wordsOf = (cells: Record<string, Cell>) =>
  Object.fromEntries(Object.entries(cells).map(([name, { words }]) => [name, words]))

let well: Record<string, Cell>
beforeAll(async () => {
  well = await row(({ act, transport }) => runCell(act, undefined, transport))
})

test('without a fault, every operation does what it is for', () => {
  for (const [name, cell] of Object.entries(well)) {
    expect(cell, name).toMatchObject({ arrived: 1 })
    expect(cell.words, name).toMatch(/^(?:stopped|accepted|purged) x1$|^phase (?!unknown)|^HTTP 20/)
  }
})

describe.each(faults)('$name', (fault) => {
  test(`${runs.length} operations`, async () => {
    const cells = await row(({ act, transport }) => runCell(act, fault, transport))
    expect(wordsOf(cells)).toEqual(await row((run) => expected(run.act, fault, well[label(run)]?.words ?? '')))
    for (const run of runs) {
      const { act } = run
      const { words, arrived, elapsedMs } = cells[label(run)] ?? { words: '', arrived: -1, elapsedMs: 0 }
      // What is said to have been sent has arrived, and no more.
      const recovered = fault.outcome === 'recovers' && act.through === 'facade' && act.effect !== 'harmful' ? 2 : 1
      const sent = Number(/ x(\d)$/.exec(words)?.[1] ?? 1)
      const expectedToArrive = fault.outcome === 'recovers' ? recovered : sent
      expect(arrived, label(run)).toBe(fault.place === undefined ? expectedToArrive : 0)
      if (sent === 2) expect(elapsedMs, label(run)).toBeGreaterThanOrEqual((fault.waitsMs ?? 0) - 20)
    }
  })
})
