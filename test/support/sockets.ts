/** A server on a real socket that counts its connections, and holds its answers back when it is told to. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

interface Counting extends AsyncDisposable {
  readonly url: string
  /** The paths of all requests, in the order of their arrival. */
  readonly asked: readonly string[]
  /** Every connection that was ever made. */
  readonly sockets: readonly Socket[]
  /** Those that are open now. */
  open(): number
  /** The most that were open at a time. */
  most(): number
}

type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => unknown

/** As every system takes a stop. */
export const accepted: Answer = (_, response) => response.writeHead(200).end()

export async function startCounting(answer: Answer = accepted): Promise<Counting> {
  const asked: string[] = []
  const sockets: Socket[] = []
  let open = 0
  let most = 0
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      asked.push(String(request.url))
      answer(request, response, asked.length - 1)
    })
  })
  server.on('connection', (socket) => {
    sockets.push(socket)
    open += 1
    most = Math.max(most, open)
    socket.on('close', () => {
      open -= 1
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ asked, sockets, open: () => open, most: () => most },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
