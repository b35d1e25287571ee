/** Every system, when it is down as a wait begins: the stop is sent when it is up again, and once. */
import { describe, expect, test } from 'vitest'
import { baseUrl } from '../support/examples.js'
import { json } from '../support/fakes/serve.js'
import { lost } from '../support/fakes/troubled.js'
import { watched } from '../support/fakes/watched.js'
import { Work } from '../support/fakes/work.js'
import { onVirtualClock, useVirtualClock } from '../support/virtual-clock.js'
import { variants } from '../systems/index.js'

useVirtualClock()

interface Outage {
  readonly what: string
  readonly forMs: number
  readonly trouble: () => Response | Promise<Response>
  /** A stop that meets it may have arrived, for all that its caller knows. */
  readonly leavesDoubt: boolean
}

const outages: readonly Outage[] = [
  { what: 'refuses connections', forMs: 3_000, trouble: () => lost('ECONNREFUSED'), leavesDoubt: false },
  { what: 'refuses connections for long', forMs: 55_000, trouble: () => lost('ECONNREFUSED'), leavesDoubt: false },
  { what: 'throttles', forMs: 20_000, trouble: () => json(429, {}), leavesDoubt: false },
  { what: 'is unavailable', forMs: 20_000, trouble: () => json(503, {}), leavesDoubt: true },
  { what: 'gives no answer', forMs: 40_000, trouble: () => new Promise<Response>(() => {}), leavesDoubt: true },
]

describe.each(variants)('$name', ({ make, target, fake, modes, lives }) => {
  const harmful = lives.harmfulTwice.some((mode) => mode === modes[0])

  test.each(outages.filter(({ leavesDoubt }) => !(leavesDoubt && harmful)))('$what', async ({ forMs, trouble }) => {
    const work = new Work({ gracefulTakesMs: 100, forceTakesMs: 100 })
    const server = fake.of(work)
    const began = Date.now()
    const { fetch } = watched((request) => (Date.now() - began < forMs ? trouble() : server(request)))
    const system = make({ ...fake.options, baseUrl, fetch })
    const receipt = await onVirtualClock(() => system.stopAndWait(target, { deadlineMs: 60_000 }))
    expect(receipt).toMatchObject({ outcome: 'stopped', mode: modes[0] })
    expect(work.stops).toHaveLength(1)
  })
})
