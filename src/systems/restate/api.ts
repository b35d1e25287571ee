import type { Call } from '../../core/call/call.js'
import type { Progress } from '../../core/call/progress.js'
import { once } from '../../core/time/once.js'
import type { RestateClient } from './client.js'
import { operations } from './operations.js'

/** The API generation to use. `auto` reads the server's version once. */
export type RestateApi = 'auto' | 'patch' | 'delete'

export const restateApis = ['auto', 'patch', 'delete'] as const

/** Returns the API that a call must use. */
export type ChooseApi = (call: Call, client: RestateClient) => Promise<'patch' | 'delete'>

/** PATCH came with 1.4.0 (github.com/restatedev/restate, pull request 3227). */
const firstWithPatch = { major: 1, minor: 4 }

/** Makes the chooser of one system. A failure to read the version is not cached. */
export function apiChooser(setting: RestateApi): ChooseApi {
  if (setting !== 'auto') return async () => setting
  let known: 'patch' | 'delete' | undefined
  let progress: Progress
  const shared = once<'patch' | 'delete'>()
  const ask = async (call: Call, client: RestateClient): Promise<'patch' | 'delete'> => {
    known = await detect(call, client)
    return known
  }
  return async (call, client) => {
    if (known !== undefined) return known
    if (call.options.areOwn) return ask(call, client)
    return shared(
      (abandoned) => {
        progress = { head: '' }
        return ask(call.detached(abandoned, progress), client)
      },
      (version) => call.wait(operations.getVersion, version, progress),
    )
  }
}

async function detect(call: Call, client: RestateClient): Promise<'patch' | 'delete'> {
  const answer = await call.send(operations.getVersion, (init) => client.GET('/version', init))
  if (!answer.ok) throw call.failure(operations.getVersion, answer)
  const version = /^(\d+)\.(\d+)\./.exec(String(answer.data?.version ?? ''))
  if (version === null) {
    throw call.failure(operations.getVersion, answer, {
      code: 'protocol',
      hint: "the answer holds no version; check baseUrl, or set api to 'patch' or 'delete'",
    })
  }
  const [major, minor] = [Number(version[1]), Number(version[2])]
  const { major: firstMajor, minor: firstMinor } = firstWithPatch
  return major > firstMajor || (major === firstMajor && minor >= firstMinor) ? 'patch' : 'delete'
}
