/** Services to stop, and a client to start them, on a real Restate server. */
import { once } from 'node:events'
import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type * as restate from '@restatedev/restate-sdk'
import * as sdk from '@restatedev/restate-sdk'
import type { RestateServer } from './restate-server.js'

interface Started {
  readonly invocationId: string
}

export interface Services extends AsyncDisposable {
  /** What the handlers did, as `<tag> <event>`, in order. */
  readonly events: string[]
  /** Starts a handler and does not wait for it; `delayMs` schedules it for later. */
  send(path: string, input: unknown, delayMs?: number): Promise<Started>
  /** The row of an invocation, or undefined when the server keeps none. */
  row(id: string): Promise<Record<string, unknown> | undefined>
  /** Waits until the invocation's status is one of these (`none` stands for no row). */
  until(id: string, ...status: string[]): Promise<void>
  /** Waits until a handler has noted this event. */
  noted(tag: string, event: string): Promise<void>
  close(): Promise<void>
}

/** How the services run. */
export interface ServiceOptions {
  /** After how long without progress an invocation is suspended. @default 60000 */
  readonly inactivityMs?: number
  /** The SDK to run them on. @default the one that runs on every Node.js of this package */
  readonly restateSdk?: typeof sdk
}

/** The newest SDK, which calls a function that Node 20 lacks, and so hangs there. */
export async function newestSdk(): Promise<typeof sdk> {
  const promise = Promise as unknown as Record<string, unknown>
  promise['withResolvers'] ??= () => {
    let resolve: unknown
    let reject: unknown
    const made = new Promise((yes, no) => {
      resolve = yes
      reject = no
    })
    return { promise: made, resolve, reject }
  }
  // Of another version, but alike in what is used here.
  return (await import('restate-sdk-latest')) as unknown as typeof sdk
}

/** Starts the services, registers them with the server, and gives back what tests need of them. */
export async function startServices(
  server: RestateServer,
  { inactivityMs = 60_000, restateSdk: restate = sdk }: ServiceOptions = {},
): Promise<Services> {
  const events: string[] = []
  const note = (tag: string, event: string) => events.push(`${tag} ${event}`)

  const work = restate.service({
    name: 'work',
    options: { inactivityTimeout: inactivityMs },
    handlers: {
      finish: async (_ctx: restate.Context, tag: string) => {
        note(tag, 'finished')
        return tag
      },
      fail: async (_ctx: restate.Context, tag: string) => {
        throw new restate.TerminalError(`${tag} failed`, { errorCode: 418 })
      },
      // Throws again and again: the server backs off between the tries.
      stumble: async (_ctx: restate.Context, tag: string) => {
        note(tag, 'stumbled')
        throw new Error('not yet')
      },
      sleep: async (ctx: restate.Context, tag: string) => {
        note(tag, 'started')
        await ctx.sleep(600_000)
      },
      // A saga: what was done is undone when the invocation is cancelled. The undo takes a while.
      compensate: async (ctx: restate.Context, tag: string) => {
        note(tag, 'started')
        try {
          await ctx.sleep(600_000)
        } catch (error) {
          if (!(error instanceof restate.CancelledError)) throw error
          note(tag, 'undo began')
          await ctx.run('undo', () => new Promise<void>((resolve) => setTimeout(resolve, 300)))
          note(tag, 'undone')
          throw error
        }
      },
      // Hears a cancel only at the next await of its context, which never comes.
      ignore: async (_ctx: restate.Context, tag: string) => {
        note(tag, 'started')
        await new Promise(() => {})
        note(tag, 'went on')
      },
      // Swallows the cancellation and succeeds.
      swallow: async (ctx: restate.Context, tag: string) => {
        note(tag, 'started')
        await ctx.sleep(600_000).catch(() => note(tag, 'swallowed'))
        return 'done'
      },
      // Fails by itself with the very words of a cancel.
      pretend: async (_ctx: restate.Context, tag: string) => {
        note(tag, 'failed')
        throw new restate.TerminalError('Cancelled', { errorCode: 409 })
      },
      // Gives up with the word of another SDK, which the tag says: Python, Rust and Go have `cancelled`, Java `Error 409`.
      giveUp: async (ctx: restate.Context, { tag, word }: { tag: string; word: string }) => {
        note(tag, 'started')
        await ctx.sleep(600_000).catch(() => {
          throw new restate.TerminalError(word, { errorCode: 409 })
        })
      },
      // Its undo fails.
      failUndo: async (ctx: restate.Context, tag: string) => {
        note(tag, 'started')
        await ctx.sleep(600_000).catch(() => {
          throw new restate.TerminalError('the undo failed', { errorCode: 500 })
        })
      },
      // Calls a child and waits for it, and sends one that nobody waits for.
      parent: async (ctx: restate.Context, tag: string) => {
        ctx.serviceSendClient(work).sleep(`${tag} one-way`)
        note(tag, 'started')
        await ctx.serviceClient(work).compensate(`${tag} child`)
      },
    },
  })

  const queue = restate.object({
    name: 'queue',
    handlers: {
      hold: async (ctx: restate.ObjectContext, tag: string) => {
        note(tag, 'started')
        await ctx.sleep(600_000)
      },
    },
  })

  const endpoint = restate
    .endpoint()
    .setLogger(() => {})
    .bind(work)
    .bind(queue)
  const http = createServer(endpoint.http2Handler())
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const sessions = new Set<{ destroy(): void }>()
  http.on('session', (session) => sessions.add(session))
  const { port } = http.address() as AddressInfo

  const post = async (url: string, body: unknown): Promise<unknown> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  await post(`${server.adminUrl}/deployments`, { uri: `http://127.0.0.1:${port}` })

  const row = async (id: string) => {
    const query = `select * from sys_invocation where id = '${id}'`
    const { rows } = (await post(`${server.adminUrl}/query`, { query })) as { rows: Record<string, unknown>[] }
    return rows[0]
  }
  const poll = async (what: string, done: () => Promise<boolean> | boolean) => {
    const end = Date.now() + 20_000
    while (!(await done())) {
      if (Date.now() > end) throw new Error(`waited too long: ${what}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const close = async () => {
    for (const session of sessions) session.destroy()
    http.close()
  }

  return {
    events,
    row,
    send: async (path, input, delayMs) =>
      (await post(
        `${server.ingressUrl}/${path}/send${delayMs === undefined ? '' : `?delay=${delayMs}ms`}`,
        input,
      )) as Started,
    until: async (id, ...status) => {
      let last: unknown
      await poll(`${id} to be ${status.join(' or ')}`, async () => {
        last = (await row(id))?.['status'] ?? 'none'
        return status.includes(String(last))
      }).catch((error: Error) => {
        throw new Error(`${error.message}, is ${String(last)}`)
      })
    },
    noted: (tag, event) => poll(`${tag} ${event}`, () => events.includes(`${tag} ${event}`)),
    close,
    [Symbol.asyncDispose]: close,
  }
}
