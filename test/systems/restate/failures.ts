/** What Restate says when it refuses, and what becomes of it. */
import { AnswerFields } from '../../../src/core/http/answer-fields.js'
import { readFailure } from '../../../src/systems/restate/errors.js'
import { stateOf } from '../../../src/systems/restate/states.js'
import type { SystemFixture } from '../fixture.js'
import { refusal } from '../refusal.js'

/** Its words in every form that it has for them. */
export const restateErrorBody = (text: string): object => ({ message: text, restate_code: text })

export const restateFailures: SystemFixture['failures'] = [
  [[503, { message: 'no leader', restate_code: 'RT0001' }], { providerCode: 'RT0001', providerMessage: 'no leader' }],
  [[503, { message: 'no leader', restate_code: null }], { providerCode: undefined, providerMessage: 'no leader' }],
  [[400, { message: 'bad path: /x' }], { code: 'protocol', providerMessage: 'bad path: /x' }],
  [[404, { message: "service 'invocations' not found, register it" }], { code: 'protocol' }],
  [[503, { message: 'no', source: 'ingress' }], { code: 'protocol' }],
  [[400, { message: 'bad query', restate_code: null }], { code: 'invalid_argument' }],
  [[503, 'starting\r\n up'], { providerCode: undefined, providerMessage: 'starting up' }],
]

export const restateReaders: SystemFixture['readers'] = {
  'the words of an error': (text) => readFailure(refusal(restateErrorBody(text), text)),
  'a row': (text) =>
    stateOf(
      new AnswerFields({ status: 'backing-off', next_retry_at: text, last_failure: text, created_at: text }, 'a row'),
    ),
}
