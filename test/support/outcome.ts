/** What comes of a call: its value or what it throws, and where nobody listens. */
import { isStopError, type StopError } from 'allstop'
import { startRecorder } from './recorder.js'

export const outcomeOf = (work: Promise<unknown>): Promise<unknown> => work.catch((thrown: unknown) => thrown)

/** What a call throws; it has to be an error of the package. */
export async function errorOf(work: Promise<unknown>): Promise<StopError> {
  const error = await outcomeOf(work)
  if (!isStopError(error)) throw new Error(`no StopError: ${JSON.stringify(error)}`, { cause: error })
  return error
}

/** Where nobody listens. */
export async function closedUrl(): Promise<string> {
  const server = await startRecorder()
  await server.close()
  return server.url
}
