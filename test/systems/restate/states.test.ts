/** Rows in forms that no server was seen to give. */
import { expect, test } from 'vitest'
import { AnswerFields } from '../../../src/core/http/answer-fields.js'
import { stateOf } from '../../../src/systems/restate/states.js'

test.each([
  ['of no status', {}, { phase: 'unknown', native: undefined }],
  ['completed, but how is not told', { status: 'completed' }, { phase: 'unknown', native: 'completed' }],
  [
    'completed in a new way',
    { status: 'completed', completion_result: 'shelved' },
    { phase: 'unknown', native: 'completed shelved' },
  ],
  [
    'failed without words',
    { status: 'completed', completion_result: 'failure' },
    { phase: 'failed', native: 'completed failure' },
  ],
  [
    'backing off until nobody knows when',
    { status: 'backing-off' },
    { phase: 'running', why: 'backing off: a cancel takes effect at the next try, at an unknown time' },
  ],
])('%s', (_, row, state) => {
  expect(stateOf(new AnswerFields(row, 'a row'))).toMatchObject(state)
})
