/**
 * How fast the built package is, and how large: `npm run bench`, or a part of it: `npm run bench -- cpu latency`.
 * docs/performance.md says what is measured, and how.
 */
import { parseArgs } from 'node:util'
import type { Settings } from './bench/settings.js'
import { buildIfStale } from './bench/stale.js'
import { cleanUp } from './demo-support.js'

/** Each part is loaded when the package has been built, for it imports that. */
const parts: Readonly<Record<string, () => Promise<{ run(settings: Settings): Promise<void> }>>> = {
  cpu: () => import('./bench/cpu.js'),
  latency: () => import('./bench/latency.js'),
  memory: () => import('./bench/memory.js'),
  start: () => import('./bench/start.js'),
  size: () => import('./bench/size.js'),
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '0.4' },
    stops: { type: 'string', default: '200000' },
    sdks: { type: 'boolean', default: false },
  },
})
const { rounds, seconds, stops, sdks } = values
const settings = { rounds: Number(rounds), ms: Number(seconds) * 1000, stops: Number(stops), sdks }
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0)
  throw new Error(`no such part: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`)

const began = performance.now()
try {
  await buildIfStale()
  for (const [name, load] of Object.entries(parts)) {
    if (positionals.length === 0 || positionals.includes(name)) await (await load()).run(settings)
  }
  console.log(`\nNode.js ${process.version}, ${((performance.now() - began) / 1000).toFixed(0)} s`)
} finally {
  await cleanUp()
}
// Connections that are still open would hold the process for some seconds.
process.exit()
