/** Function Compute 2.0 and 3.0: Running, Stopping, Stopped; a finished task refuses a stop with 412. */
import { type Fake, json } from './serve.js'
import type { Work, WorkPhase } from './work.js'

const words: Record<WorkPhase, string> = {
  running: 'Running',
  stopping: 'Stopping',
  stopped: 'Stopped',
  succeeded: 'Succeeded',
  failed: 'Failed',
  gone: '',
}

export function fakeFunctionCompute(tasks: Readonly<Record<string, Work>>): Fake {
  return (request) => {
    const segments = new URL(request.url).pathname.split('/')
    const old = segments[1] === '2021-04-06'
    const id = segments[old ? 7 : 5] ?? ''
    const work = tasks[id]
    if (work === undefined || work.phase === 'gone') {
      return old
        ? json(404, { errorCode: 'StatefulAsyncInvocationNotFound', errorMessage: 'the invocation does not exist' })
        : json(404, { Code: 'AsyncTaskNotFound', Message: 'the task does not exist', RequestId: '1-64e7' })
    }
    if (request.method === 'GET') {
      const common = {
        functionName: segments[old ? 5 : 3],
        status: words[work.phase],
        startedTime: 1_760_000_000_000,
        endTime: 0,
      }
      return json(200, old ? { ...common, invocationId: id, serviceName: segments[3] } : { ...common, taskId: id })
    }
    if (work.ended) {
      const code = 'StatefulAsyncInvocationAlreadyCompleted'
      return json(
        412,
        old ? { errorCode: code, errorMessage: 'ended' } : { Code: code, Message: 'ended', RequestId: '1' },
      )
    }
    work.stop('graceful')
    return json(200, {}, { 'x-fc-request-id': '1-64e70cf1-5cbef92e' })
  }
}
