/** A server on a real socket that writes down exactly what arrives and answers as it is told. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerWell } from './answers.js'

export interface Recorded {
  readonly method: string
  /** The request target as it stood on the wire, query included. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer: a status with a body and headers, or `raw`, which does what it likes with the socket. */
export interface Reply {
  readonly status?: number
  /** A text is sent as it is, anything else as JSON; nothing is an empty body. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly raw?: (request: IncomingMessage, response: ServerResponse) => void
}

export interface Recorder extends AsyncDisposable {
  readonly url: string
  readonly requests: readonly Recorded[]
  close(): Promise<void>
}

/** Answers every request with what `reply` says of it; as the system that is asked would, when nothing is said. */
export async function startRecorder(reply: (request: Recorded) => Reply = answerWell): Promise<Recorder> {
  const requests: Recorded[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const recorded: Recorded = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks).toString('utf8'),
      }
      requests.push(recorded)
      const { status = 200, body, headers = {}, raw } = reply(recorded)
      if (raw !== undefined) return raw(request, response)
      const text = typeof body === 'string' || body === undefined ? (body ?? '') : JSON.stringify(body)
      const type = typeof body === 'object' ? { 'content-type': 'application/json' } : {}
      response.writeHead(status, { ...type, ...headers }).end(text)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${port}`, requests, close, [Symbol.asyncDispose]: close }
}
