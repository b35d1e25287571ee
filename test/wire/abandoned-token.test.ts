/** A token endpoint that is silent: the question ends with the last who waits for the answer, and holds no process. */
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { enterpriseScheduler, functionGraph, iamPassword, oauth2ClientCredentials } from 'allstop'
import { describe, expect, test } from 'vitest'
import { startRecorder } from '../support/recorder.js'
import { ids } from '../support/systems.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const nowhere = 'http://127.0.0.1:9'
// Far longer than any test: what ends a request here is that nobody waits for it.
const timeoutMs = 3_600_000

/** A token endpoint that never answers, and what becomes of the questions. */
async function silent() {
  const events = new EventEmitter()
  let closed = false
  const server = await startRecorder(() => ({
    raw: (request) => {
      request.socket.on('close', () => {
        closed = true
        events.emit('closed')
      })
      events.emit('asked')
    },
  }))
  return {
    server,
    asked: once(events, 'asked'),
    closed: once(events, 'closed'),
    isClosed: () => closed,
    [Symbol.asyncDispose]: () => server.close(),
  }
}

type Stop = (options: { signal: AbortSignal }) => Promise<unknown>

/** For each credential, a stop that needs its token; once as a function, once as a program. */
const setups: Record<string, { stopWith: (url: string) => Stop; program: string }> = {
  iamPassword: {
    stopWith: (iamUrl) => {
      const project = { name: 'p' }
      const auth = iamPassword({ iamUrl, domain: 'd', username: 'u', password: 'p', project, timeoutMs })
      const system = functionGraph({ baseUrl: nowhere, auth })
      return (options) => system.stop({ functionUrn: ids.urn, requestId: ids.uuid }, options)
    },
    program: `
      const project = { name: 'p' }
      const auth = iamPassword({ iamUrl: url, domain: 'd', username: 'u', password: 'p', project, timeoutMs: ${timeoutMs} })
      const system = functionGraph({ baseUrl: '${nowhere}', auth })
      const target = { functionUrn: '${ids.urn}', requestId: '${ids.uuid}' }`,
  },
  oauth2ClientCredentials: {
    stopWith: (tokenUrl) => {
      const auth = oauth2ClientCredentials({ tokenUrl, clientId: 'i', clientSecret: 's', scope: 'x', timeoutMs })
      const system = enterpriseScheduler({ baseUrl: nowhere, auth })
      return (options) => system.stop({ requestId: 1 }, options)
    },
    program: `
      const auth = oauth2ClientCredentials({ tokenUrl: url, clientId: 'i', clientSecret: 's', scope: 'x', timeoutMs: ${timeoutMs} })
      const system = enterpriseScheduler({ baseUrl: '${nowhere}', auth })
      const target = { requestId: 1 }`,
  },
}

describe.each(Object.entries(setups))('%s', (_, { stopWith, program }) => {
  test('the connection is closed when the last has given up, and not before', async () => {
    await using endpoint = await silent()
    const stop = stopWith(endpoint.server.url)
    const [first, last] = [new AbortController(), new AbortController()]
    const firstEnd = stop({ signal: first.signal }).catch((error) => error)
    const lastEnd = stop({ signal: last.signal }).catch((error) => error)
    await endpoint.asked
    first.abort()
    expect(await firstEnd).toMatchObject({ code: 'aborted', attempts: 0, ambiguous: false })
    // A later one still joins the same question.
    const late = new AbortController()
    const lateEnd = stop({ signal: late.signal }).catch((error) => error)
    late.abort()
    expect(await lateEnd).toMatchObject({ code: 'aborted' })
    expect(endpoint.isClosed()).toBe(false)
    expect(endpoint.server.requests).toHaveLength(1)
    last.abort()
    expect(await lastEnd).toMatchObject({ code: 'aborted', attempts: 0, ambiguous: false })
    await endpoint.closed
  })

  test('a process that has aborted its only call exits', async () => {
    await using endpoint = await silent()
    const script = `
      import { enterpriseScheduler, functionGraph, iamPassword, oauth2ClientCredentials } from './src/index.ts'
      const url = process.argv.at(-1)
      ${program}
      const controller = new AbortController()
      process.stdin.once('data', () => controller.abort())
      const error = await system.stop(target, { signal: controller.signal }).catch((thrown) => thrown)
      process.stdin.destroy()
      console.log(error.code)`
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script, endpoint.server.url]
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
    try {
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString()
      })
      const exit = once(child, 'close')
      await Promise.race([endpoint.asked, exit])
      child.stdin.write('abort\n')
      expect(await exit).toEqual([0, null])
      expect(said).toBe('aborted\n')
      await endpoint.closed
    } finally {
      child.kill('SIGKILL')
    }
  })
})
