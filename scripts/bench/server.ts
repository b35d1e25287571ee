/**
 * The server of the benchmark, in a process of its own: it answers as each system would, and keeps nothing. It tells its
 * parent its port, and ends with it.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerWell } from '../../test/support/answers.js'

const server = createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    text += chunk
  })
  request.on('end', () => {
    const { method = '', url: path = '' } = request
    const { status = 200, body } = answerWell({ method, path, headers: {}, body: text })
    // Huawei's SDK fails of the `null` that its documentation shows. The package takes both.
    const answer = body === 'null' ? '{}' : body === undefined ? '' : JSON.stringify(body)
    const type = answer === '' ? {} : { 'content-type': 'application/json' }
    response.writeHead(status, { ...type, 'content-length': Buffer.byteLength(answer) }).end(answer)
  })
})
// A contender waits for its turn longer than the usual five seconds.
server.keepAliveTimeout = 120_000
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
