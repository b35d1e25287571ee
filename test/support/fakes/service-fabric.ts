/** Service Fabric: a delete holds the call until the application is gone or its time-out is up (504, and it goes on). */
import { type Fake, json } from './serve.js'
import type { Work } from './work.js'

const fabricError = (status: number, Code: string, Message: string) => json(status, { Error: { Code, Message } })

/** `lookEveryMs`: how often a held call looks whether the application is gone. */
export function fakeServiceFabric(applications: Readonly<Record<string, Work>>, lookEveryMs = 10): Fake {
  return async (request) => {
    const url = new URL(request.url)
    const id = decodeURIComponent(url.pathname.split('/')[2] ?? '')
    const work = applications[id]
    const gone = () => work === undefined || work.phase === 'gone' || work.phase === 'stopped'
    if (request.method === 'GET') {
      if (gone()) return new Response(null, { status: 204 })
      const Status = work?.phase === 'stopping' ? 'Deleting' : 'Ready'
      return json(200, { Id: id, Name: `fabric:/${id.replaceAll('~', '/')}`, Status, HealthState: 'Ok' })
    }
    if (gone()) return fabricError(404, 'FABRIC_E_APPLICATION_NOT_FOUND', 'Application not found')
    work?.stop(url.searchParams.get('ForceRemove') === 'true' ? 'force' : 'graceful')
    const until = Date.now() + Number(url.searchParams.get('timeout') ?? 60) * 1000
    while (!gone()) {
      if (Date.now() >= until) return fabricError(504, 'FABRIC_E_TIMEOUT', 'Operation timed out.')
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
    return new Response(null, { status: 200 })
  }
}
