import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { keep } from '../demo-support.js'

/** Starts the server, and returns its address. It is ended with the benchmark. */
export async function startServer(): Promise<string> {
  const child = fork(fileURLToPath(new URL('server.ts', import.meta.url)))
  keep({
    close: async () => {
      child.disconnect()
      await once(child, 'exit')
    },
  })
  const [port] = (await once(child, 'message')) as [number]
  return `http://127.0.0.1:${port}`
}
