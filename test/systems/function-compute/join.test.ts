/** A stop of Function Compute that is refused because one is under way joins that one; and what has ended or vanished. */
import { functionCompute } from 'allstop'
import { expect, test } from 'vitest'
import { baseUrl, codes, task } from '../../support/examples.js'
import { fakeFunctionCompute } from '../../support/fakes/function-compute.js'
import { asFetch, json } from '../../support/fakes/serve.js'
import { errorOf } from '../../support/fakes/troubled.js'
import { Work } from '../../support/fakes/work.js'
import { onVirtualClock, useVirtualClock } from '../../support/virtual-clock.js'

useVirtualClock()

const completed = () => json(412, { errorCode: 'StatefulAsyncInvocationAlreadyCompleted', errorMessage: 'over' })
const refusals: readonly (readonly [string, () => Response])[] = [
  ['400', () => json(400, { errorCode: 'InvalidArgument', errorMessage: 'the status does not allow it' })],
  ['409', () => json(409, { errorCode: 'ConcurrentUpdateError', errorMessage: 'busy' })],
  ['412', completed],
  ['412 of another kind', () => json(412, { errorCode: 'PreconditionFailed', errorMessage: 'no' })],
]
const compute = (refusal: () => Response, read: () => Response) =>
  functionCompute({ baseUrl, fetch: asFetch(({ method }) => (method === 'GET' ? read() : refusal())) })
const says = (status: string) => () =>
  json(200, { invocationId: 't', status, requestId: 'of-the-task' }, { 'x-fc-request-id': 'of-the-read' })

test.each(refusals)('a refusal by %s', async (_, refusal) => {
  const receipt = await onVirtualClock(() => compute(refusal, says('Stopping')).stop(task))
  expect(receipt).toMatchObject({ outcome: 'accepted', phase: 'stopping', native: 'Stopping', attempts: 1 })
  expect(receipt).toMatchObject({ httpStatus: 200, requestId: 'of-the-read', response: { status: 200 } })
  expect(codes(receipt)).toEqual(['already-stopping'])
})

test.each(['Running', 'Enqueued', 'Retrying'])('a task that says %s has not ended, whatever 412 says', async (word) => {
  const error = await errorOf(() => compute(completed, says(word)).stop(task))
  expect(error).toMatchObject({ code: 'failed_precondition', httpStatus: 412, ambiguous: false })
  expect(error.message).toContain(word)
})

test.each([
  ['Succeeded', says('Succeeded'), 'succeeded'],
  ['nothing, for it cannot be read', () => json(403, { errorCode: 'AccessDenied', errorMessage: 'no' }), 'unknown'],
  ['a word that is not known', says('Processed'), 'unknown'],
  ['that it has no record any more', () => json(404, { errorCode: 'StatefulAsyncInvocationNotFound' }), 'gone'],
])('a task that says %s has ended, as 412 says', async (_, read, phase) => {
  const receipt = await onVirtualClock(() => compute(completed, read).stop(task))
  expect(receipt).toMatchObject({ outcome: 'already-ended', phase, httpStatus: 412, warnings: [] })
})

test('a record that vanishes while it is being stopped is an end, but nobody says how', async () => {
  const fetch = asFetch(fakeFunctionCompute({ t: new Work({ gracefulTakesMs: 8_000, vanishesAfterMs: 0 }) }))
  const receipt = await onVirtualClock(() =>
    functionCompute({ baseUrl, fetch }).stopAndWait(task, { deadlineMs: 60_000 }),
  )
  expect(receipt).toMatchObject({ outcome: 'gone', phase: 'gone' })
})
