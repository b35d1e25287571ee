import type { Answer, Failure } from '../words/answer.js'
import type { Caller } from '../words/identity.js'
import type { CallSettings, Settings } from './options.js'
import type { Progress } from './progress.js'
import type { Tally } from './tally.js'
import type { Tries } from './tries.js'

/** What a call uses of a typed client. The types of its requests come from the operations. */
export interface Requester {
  request(method: string, path: string, init: object): Promise<unknown>
}

/** What all calls of one system share. */
export interface CallBasis {
  readonly client: Requester
  readonly settings: Settings
  readonly readFailure: (answer: Answer<unknown>) => Failure
  /** Gets the id that the system gave to a request, for its operators. */
  readonly answerId: (answer: Answer<unknown>) => string | undefined
}

/** What the parts of one call share. */
export interface CallParts {
  readonly identity: Caller
  readonly basis: CallBasis
  readonly options: CallSettings
  readonly tally: Tally
  readonly progress: Progress
  readonly tries: Tries
}
