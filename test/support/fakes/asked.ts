/** Restates whose invocation is asked to stop more than once, and what of a receipt such tests look at. */
import { type Fetch, type RestateSystem, restate } from 'allstop'
import { baseUrl } from '../examples.js'
import { ids } from '../systems.js'
import { fakeRestate, journalOf } from './restate.js'
import { json } from './serve.js'
import { type Seen, watched } from './watched.js'
import { Work } from './work.js'

export const target: { readonly invocationId: string } = { invocationId: ids.restate }
export const caught = (thrown: unknown): unknown => thrown

interface Invocation {
  readonly work: Work
  readonly seen: readonly Seen[]
  /** The requests that change something. */
  readonly changes: () => readonly Seen[]
  readonly system: RestateSystem
}

/** One invocation of a Restate that behaves. */
export function invocation(work: Work = new Work()): Invocation {
  const { fetch, seen } = watched(fakeRestate({ [ids.restate]: work }))
  const changes = () => seen.filter(({ method }) => method !== 'POST')
  return { work, changes, seen, system: restate({ baseUrl, fetch, api: 'patch' }) }
}

type Answering = () => Response | Promise<Response>

/** A Restate whose row and journal say what a test wants, and which takes every cancel. */
export function telling(
  row: Answering,
  journal: Answering,
): { readonly sent: string[]; readonly system: RestateSystem } {
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

export const rowOf =
  (fields: object): Answering =>
  () =>
    json(200, { rows: [{ id: ids.restate, ...fields }] })
export const cancelled: Answering = () =>
  json(200, { rows: journalOf(ids.restate, { cancelledAt: '2026-01-02T03:00:00.000Z' }) })
export const begun: Answering = () => json(200, { rows: journalOf(ids.restate, {}) })
export const nothing: Answering = () => json(200, { rows: [] })
export const never: Answering = () => new Promise<Response>(() => {})
