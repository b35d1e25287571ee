import { printTable } from '../demo-support.js'
import { baselines } from './baselines.js'
import type { Contender } from './contender.js'
import { median, shown } from './numbers.js'
import { sdkStops } from './sdks.js'
import { startServer } from './serving.js'
import type { Settings } from './settings.js'
import { readingStops, signedStops, unsignedStops } from './systems.js'
import { interleave, type Turn, takeTurn } from './turn.js'

const atOnce = 32

/** CPU time of a stop, with many at once. */
export async function run(settings: Settings): Promise<void> {
  const url = await startServer()
  const groups: Readonly<Record<string, readonly Contender[]>> = {
    'below the package (the request of Restate kill)': baselines(url),
    'stops of one request, without a credential': unsignedStops(url),
    'stops of one request, with each credential': signedStops(url),
    'stops that read the state first': readingStops(url),
    ...(settings.sdks ? { "stops by the vendors' SDKs": await sdkStops(url) } : {}),
  }
  const turns = await interleave(Object.values(groups).flat(), settings, atOnce, (contender) =>
    takeTurn(contender, settings.ms, atOnce),
  )
  const cpuOf = (contender: Contender | undefined): number =>
    median(contender === undefined ? [] : (turns.get(contender) ?? []).map(({ cpuUs, stops }: Turn) => cpuUs / stops))
  const [base] = turns.keys()
  console.log(`\nCPU per stop, ${atOnce} at once; ratio: the CPU of Node's fetch is 1.00, less is better`)
  for (const [title, contenders] of Object.entries(groups)) {
    console.log(`\n${title}\n`)
    printTable(
      ['stop', 'requests', 'CPU (us)', 'ratio', 'stops/s'],
      contenders.map((contender) => {
        const own = turns.get(contender) ?? []
        return {
          stop: contender.name,
          requests: String(contender.requests),
          'CPU (us)': shown(cpuOf(contender)),
          ratio: shown(cpuOf(contender) / cpuOf(base), 2),
          'stops/s': shown(median(own.map(({ stops, wallMs }) => (stops / wallMs) * 1000))),
        }
      }),
    )
  }
}
