import { printTable } from '../demo-support.js'
import { nodeFetch } from './baselines.js'
import type { Contender } from './contender.js'
import { quantile, shown } from './numbers.js'
import { startServer } from './serving.js'
import type { Settings } from './settings.js'
import { unsignedStops } from './systems.js'
import { interleave, takeTurn } from './turn.js'

/** The time of a stop, one after the other. */
export async function run(settings: Settings): Promise<void> {
  const url = await startServer()
  const contenders = [nodeFetch(url), ...unsignedStops(url)]
  const turns = await interleave(contenders, settings, 1, async (contender) => {
    const times: number[] = []
    await takeTurn(timed(contender, times), settings.ms, 1)
    return times
  })
  console.log('\nTime of a stop, one after the other\n')
  printTable(
    ['stop', 'p50 (us)', 'p99 (us)'],
    contenders.map((contender) => {
      const times = turns.get(contender)?.flat() ?? []
      return { stop: contender.name, 'p50 (us)': shown(quantile(times, 0.5)), 'p99 (us)': shown(quantile(times, 0.99)) }
    }),
  )
}

/** The same, with the microseconds of each stop. */
function timed(contender: Contender, times: number[]): Contender {
  const act = async (): Promise<void> => {
    const began = performance.now()
    await contender.act()
    times.push((performance.now() - began) * 1000)
  }
  return { ...contender, act }
}
