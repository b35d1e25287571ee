import type { Contender } from './contender.js'
import type { Settings } from './settings.js'

/** What came of a turn. */
export interface Turn {
  readonly stops: number
  readonly wallMs: number
  /** Of all threads of this process, so that garbage collection counts. */
  readonly cpuUs: number
}

/** Sends stops for a time, so many at once. Each one begun in that time is waited for. */
export async function takeTurn({ act }: Contender, ms: number, atOnce: number): Promise<Turn> {
  const cpu = process.cpuUsage()
  const began = performance.now()
  let stops = 0
  const worker = async (): Promise<void> => {
    do {
      await act()
      stops += 1
    } while (performance.now() - began < ms)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  const { user, system } = process.cpuUsage(cpu)
  return { stops, wallMs: performance.now() - began, cpuUs: user + system }
}

/**
 * Gives each contender its turn, round after round, so that a change of the machine's load meets all of them. Each has run
 * before its first turn, and before each turn for a while, so that its connections are open and its code is compiled. No
 * garbage collection is forced: that throws away compiled code which has not run for a while, here that of all the others.
 */
export async function interleave<T>(
  contenders: readonly Contender[],
  { rounds, ms }: Settings,
  atOnce: number,
  measure: (contender: Contender) => Promise<T>,
): Promise<ReadonlyMap<Contender, readonly T[]>> {
  const results = new Map(contenders.map((contender) => [contender, [] as T[]]))
  for (const contender of contenders) await takeTurn(contender, 2 * ms, atOnce)
  for (let round = 0; round < rounds; round += 1) {
    for (const [contender, of] of results) {
      await takeTurn(contender, ms / 2, atOnce)
      of.push(await measure(contender))
    }
  }
  return results
}
