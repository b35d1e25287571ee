/** What Enterprise Scheduler says when it refuses, and what becomes of it. */
import { AnswerFields } from '../../../src/core/http/answer-fields.js'
import { readFailure } from '../../../src/systems/enterprise-scheduler/errors.js'
import { stateOf } from '../../../src/systems/enterprise-scheduler/states.js'
import type { SystemFixture } from '../fixture.js'
import { refusal } from '../refusal.js'

/** Its words in every form that it has for them. */
export const enterpriseSchedulerErrorBody = (text: string): object => ({ errorCode: text, title: text, detail: text })

export const enterpriseSchedulerFailures: SystemFixture['failures'] = [
  [
    [
      403,
      { type: 'about:blank', title: 'Forbidden', detail: 'not yours', errorCode: 'ESS-1' },
      { 'x-request-id': 'r-6' },
    ],
    { providerCode: 'ESS-1', providerMessage: 'Forbidden: not yours', requestId: 'r-6' },
  ],
  [
    [500, { title: 'Error', detail: null }, { 'x-oracle-dms-ecid': 'ecid', 'x-request-id': 'r-7' }],
    { providerMessage: 'Error', requestId: 'ecid' },
  ],
  [[500, 'weblogic is down'], { providerMessage: 'weblogic is down', requestId: undefined }],
]

export const enterpriseSchedulerReaders: SystemFixture['readers'] = {
  'the words of an error': (text) => readFailure(refusal(enterpriseSchedulerErrorBody(text), text)),
  'a request': (text) =>
    stateOf(new AnswerFields({ state: text, stateDescription: text, submissionTime: text }, 'a request')),
}
