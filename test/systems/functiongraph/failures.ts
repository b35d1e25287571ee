/** What FunctionGraph says when it refuses, and what becomes of it. */
import { AnswerFields } from '../../../src/core/http/answer-fields.js'
import { readFailure } from '../../../src/systems/functiongraph/errors.js'
import { stateOf } from '../../../src/systems/functiongraph/states.js'
import type { SystemFixture } from '../fixture.js'
import { refusal } from '../refusal.js'

/** Its words in every form that it has for them. */
export const functionGraphErrorBody = (text: string): object => ({
  error_code: text,
  error_msg: text,
  request_id: text,
})

export const functionGraphFailures: SystemFixture['failures'] = [
  [
    [429, { error_code: 'APIGW.0308', error_msg: 'slow down', request_id: 'r-1' }],
    { providerCode: 'APIGW.0308', providerMessage: 'slow down', requestId: 'r-1', code: 'rate_limited' },
  ],
  [
    [500, { error_code: 'FSS.0500', error_msg: 'xxx' }, { 'x-request-id': 'r-2' }],
    { providerCode: 'FSS.0500', requestId: 'r-2', code: 'unknown' },
  ],
  [[404, { error_code: 'APIG.0101', error_msg: 'no api' }], { code: 'protocol' }],
  [[404, { error_code: 'FSS.0404', error_msg: 'can not find function' }], { code: 'not_found' }],
  [[404, { message: 'not found' }], { code: 'protocol', providerCode: undefined }],
  [[403, { error_code: 'FSS.0403', error_msg: 'Forbidden' }], { code: 'permission_denied' }],
  [[401, { error_code: 'FSS.0403', error_msg: 'invalid token' }], { code: 'unauthenticated' }],
]

export const functionGraphReaders: SystemFixture['readers'] = {
  'the words of an error': (text) => readFailure(refusal(functionGraphErrorBody(text), text)),
  'a record': (text) => stateOf(new AnswerFields({ status: 'FAIL', start_time: text, end_time: text }, 'a record')),
}
