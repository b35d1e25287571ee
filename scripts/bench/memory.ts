import { getEventListeners } from 'node:events'
import { printTable } from '../demo-support.js'
import { shown } from './numbers.js'
import { startServer } from './serving.js'
import type { Settings } from './settings.js'
import { unsignedStops } from './systems.js'

const atOnce = 32

/** The heap after what can be collected has been, in MB. */
function heapMb(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1_048_576
}

/** What many stops, of all systems in turn, leave behind under one signal. */
export async function run({ stops }: Settings): Promise<void> {
  const { signal } = new AbortController()
  const contenders = unsignedStops(await startServer(), signal)
  const send = async (count: number): Promise<void> => {
    let left = count
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        await contenders[left % contenders.length]?.act()
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }
  // The first stops load code and fill pools.
  await send(Math.min(stops, 5_000))
  const before = heapMb()
  await send(stops)
  const after = heapMb()
  const listeners = getEventListeners(signal, 'abort').length
  console.log('\nMemory, with all stops under one signal\n')
  printTable(
    ['stops', 'heap before (MB)', 'heap after (MB)', 'listeners of the signal'],
    [
      {
        stops: String(stops),
        'heap before (MB)': shown(before, 1),
        'heap after (MB)': shown(after, 1),
        'listeners of the signal': String(listeners),
      },
    ],
  )
}
