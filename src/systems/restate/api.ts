import type { Call } from '../../core/call/call.js'
import type { Progress } from '../../core/call/progress.js'
import { textField } from '../../core/http/json.js'
import { shared } from '../../core/time/shared.js'
import { operations } from './operations.js'

/** The API generation to use. `auto` reads the server's version once. */
export type RestateApi = 'auto' | 'patch' | 'delete'

export const restateApis = ['auto', 'patch', 'delete'] as const

/** Returns the API that a call must use. */
export type ChooseApi = (call: Call) => Promise<'patch' | 'delete'>

/** PATCH came with 1.4.0 (github.com/restatedev/restate, pull request 3227). */
const firstWithPatch = { major: 1, minor: 4 }

/** Makes the chooser of one system. A failure to read the version is not cached. */
export function apiChooser(setting: RestateApi): ChooseApi {
  if (setting !== 'auto') return async () => setting
  let known: 'patch' | 'delete' | undefined
  let progress: Progress
  const share = shared<'patch' | 'delete'>()
  const ask = async (call: Call): Promise<'patch' | 'delete'> => {
    known = await detect(call)
    return known
  }
  return async (call) => {
    if (known !== undefined) return known
    if (call.options.areOwn) return ask(call)
    return share(
      (abandoned) => {
        progress = { head: '' }
        return ask(call.detached(abandoned, progress))
      },
      (result) => call.wait(operations.getVersion, { result, progress }),
    )
  }
}

async function detect(call: Call): Promise<'patch' | 'delete'> {
  const answer = await call.send(operations.getVersion, {})
  if (!answer.ok) throw call.failure(operations.getVersion, answer)
  const version = /^(\d+)\.(\d+)\./.exec(textField(answer.data, 'version') ?? '')
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
