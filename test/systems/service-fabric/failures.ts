/** What Service Fabric says when it refuses, and what becomes of it. */
import { failureReader } from '../../../src/systems/service-fabric/errors.js'
import type { SystemFixture } from '../fixture.js'
import { refusal } from '../refusal.js'

/** Its words in every form that it has for them. */
export const serviceFabricErrorBody = (text: string): object => ({ Error: { Code: text, Message: text } })

export const serviceFabricFailures: SystemFixture['failures'] = [
  [
    [409, { Error: { Code: 'FABRIC_E_WRITE_CONFLICT', Message: 'conflict' } }],
    { code: 'failed_precondition', providerCode: 'FABRIC_E_WRITE_CONFLICT', providerMessage: 'conflict' },
  ],
  [[502, 'Bad Gateway'], { providerCode: undefined, providerMessage: 'Bad Gateway' }],
  [[500, { Error: null }], { code: 'unknown', providerCode: undefined }],
]

export const serviceFabricReaders: SystemFixture['readers'] = {
  'the words of an error': (text) => failureReader('c-1')(refusal(serviceFabricErrorBody(text), text)),
}
