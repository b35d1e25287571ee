/** What a fake is: a function from request to answer. It is used as an injected fetch, or served on a real socket. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Fetch } from 'allstop'

export type Fake = (request: Request) => Response | Promise<Response>

export function asFetch(fake: Fake): Fetch {
  return async (url, init) => {
    const { signal, ...rest } = init
    const answer = fake(new Request(url, rest))
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason))
      Promise.resolve(answer).then(resolve, reject)
    })
  }
}

export interface Served extends AsyncDisposable {
  readonly url: string
  close(): Promise<void>
}

/** Serves a fake on a port of its own. */
export async function serve(fake: Fake): Promise<Served> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const headers = new Headers(incoming.headers as Record<string, string>)
    const method = incoming.method ?? 'GET'
    const request = new Request(`http://fake${incoming.url}`, { method, headers, ...(body === '' ? {} : { body }) })
    const answer = await fake(request)
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}
