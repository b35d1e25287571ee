/** A proxy on a real socket that makes tunnels by CONNECT, or does with the request what it is told to. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

interface Proxy extends AsyncDisposable {
  readonly port: number
  /** What each CONNECT asked for, and with which authorization. */
  readonly asked: readonly { readonly to: string; readonly authorization: string | undefined }[]
}

export async function startProxy(instead?: (request: IncomingMessage, socket: Socket) => void): Promise<Proxy> {
  const asked: { to: string; authorization: string | undefined }[] = []
  const sockets = new Set<Socket>()
  const server = createServer((_, response) => response.writeHead(501).end())
  server.on('connection', (socket) => sockets.add(socket))
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const to = String(request.url)
    asked.push({ to, authorization: request.headers['proxy-authorization'] })
    socket.on('error', () => {})
    if (instead !== undefined) return instead(request, socket)
    const { hostname, port } = new URL(`http://${to}`)
    // Every name leads to this machine.
    const there = connect(Number(port || 80), hostname.endsWith('.test') ? '127.0.0.1' : hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(there).pipe(socket)
    })
    sockets.add(there)
    there.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
    socket.on('close', () => there.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
