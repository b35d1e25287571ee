/** Restates whose invocation is asked to stop more than once, and what of a receipt such tests look at. */
import { type Fetch, restate } from 'allstop'
import { ids } from '../systems.js'
import { fakeRestate, journalOf } from './restate.js'
import { json } from './serve.js'
import { watched } from './watched.js'
import { Work } from './work.js'

export const baseUrl: string = 'http://127.0.0.1:9'
export const target: { readonly invocationId: string } = { invocationId: ids.restate }
export const codes = ({ warnings }: { warnings: readonly { code: string }[] }) => warnings.map(({ code }) => code)
export const caught = (thrown: unknown): unknown => thrown

export function invocation(work = new Work()) {
  const { fetch, seen } = watched(fakeRestate({ [ids.restate]: work }))
  const changes = () => seen.filter(({ method }) => method !== 'POST')
  return { work, changes, seen, fetch, system: restate({ baseUrl, fetch, api: 'patch' }) }
}

/** A Restate whose row and journal say what a test wants, and which takes every cancel. */
export function telling(row: () => Response | Promise<Response>, journal: () => Response | Promise<Response>) {
  const sent: string[] = []
  const fetch: Fetch = async (url, init) => {
    if (!url.endsWith('/query')) {
      sent.push(url.split('/').at(-1) ?? '')
      return new Response(null, { status: 202 })
    }
    const answer = await (String(init.body).includes('sys_journal') ? journal() : row())
    init.signal?.throwIfAborted()
    return answer
  }
  return { sent, system: restate({ baseUrl, fetch: asFetchOf(fetch), api: 'patch' }) }
}

/** Rejects when the signal fires, as fetch does. */
const asFetchOf =
  (fetch: Fetch): Fetch =>
  (url, init) =>
    new Promise((resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      fetch(url, init).then(resolve, reject)
    })

export const rowOf = (fields: object) => () => json(200, { rows: [{ id: ids.restate, ...fields }] })
export const cancelled = () => json(200, { rows: journalOf(ids.restate, { cancelledAt: '2026-01-02T03:00:00.000Z' }) })
export const begun = () => json(200, { rows: journalOf(ids.restate, {}) })
export const nothing = () => json(200, { rows: [] })
export const never = () => new Promise<Response>(() => {})
