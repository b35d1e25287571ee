/**
 * 100,000 stops under one long-lived signal, fifty at a time, over real sockets: no warning of too many listeners, and
 * the memory does not grow. `npm run leak`; `npm run leak -- 20000` for fewer.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { restate } from 'allstop'

const stops = Number(process.argv[2] ?? 100_000)
const atOnce = 50
const mostGrowthMb = 30

const warnings: string[] = []
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`))

// The look before a cancel is told that there is no row; the cancel is taken.
const server = createServer((request, response) => {
  request.resume()
  if (request.url === '/query') response.writeHead(200, { 'content-type': 'application/json' }).end('{"rows":[]}')
  else response.writeHead(202).end()
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const { signal } = new AbortController()
const system = restate({ baseUrl: `http://127.0.0.1:${port}`, api: 'patch' })

async function run(count: number): Promise<void> {
  let left = count
  // Each stops another invocation: stops of one would share a request.
  const worker = async (): Promise<void> => {
    while (left-- > 0) await system.stop({ invocationId: `inv_1${String(left).padStart(33, '0')}` }, { signal })
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** Resident memory in MB, after what can be collected has been (with `--expose-gc`). */
function residentMb(): number {
  globalThis.gc?.()
  return process.memoryUsage().rss / 1_048_576
}

// The first stops load code and fill pools; what comes after them is what could leak.
await run(5_000)
const before = residentMb()
await run(stops)
const growth = residentMb() - before
server.closeAllConnections()
server.close()

console.log(`${stops} stops under one signal: ${warnings.length} warnings, resident memory +${growth.toFixed(1)} MB`)
for (const warning of warnings) console.log(warning)
process.exitCode = warnings.length === 0 && growth < mostGrowthMb ? 0 : 1
