/** The request of Restate's kill, sent by what the package stands on and by nothing else. */
import createClient from 'openapi-fetch'
import { type Dispatcher, Pool, request } from 'undici'
import type { paths } from '../../generated/restate.js'
import { ids } from '../../test/support/systems.js'
import { another, type Contender } from './contender.js'

const method = 'PATCH'
const pathOf = (): string => `/invocations/${another(ids.restate)}/kill`

export function nodeFetch(baseUrl: string): Contender {
  const act = async () => (await fetch(baseUrl + pathOf(), { method })).text()
  return { name: "Node's fetch", requests: 1, act }
}

export function baselines(baseUrl: string): Contender[] {
  const client = createClient<paths>({ baseUrl })
  const pool = new Pool(baseUrl, { connections: 64, pipelining: 1 })
  return [
    nodeFetch(baseUrl),
    {
      name: 'openapi-fetch',
      requests: 1,
      act: () =>
        client.PATCH('/invocations/{invocation_id}/kill', {
          params: { path: { invocation_id: another(ids.restate) } },
        }),
    },
    {
      name: 'undici.request',
      requests: 1,
      act: async () => (await request(baseUrl + pathOf(), { method })).body.text(),
    },
    { name: 'undici Pool, dispatch', requests: 1, act: () => dispatched(pool) },
  ]
}

function dispatched(pool: Pool): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {},
      onResponseStart() {},
      onResponseData(_, chunk) {
        chunks.push(chunk)
      },
      onResponseEnd() {
        resolve(Buffer.concat(chunks).toString())
      },
      onResponseError(_, error) {
        reject(error)
      },
    }
    pool.dispatch({ method, path: pathOf() }, handler)
  })
}
