/** What Function Compute says when it refuses, and what becomes of it. */
import { readFailure } from '../../../src/systems/function-compute/errors.js'
import type { SystemFixture } from '../fixture.js'
import { refusal } from '../refusal.js'

/** Its words in every form that it has for them. */
export const functionComputeErrorBody = (text: string): object => ({
  errorCode: text,
  ErrorCode: text,
  Code: text,
  errorMessage: text,
  ErrorMessage: text,
  Message: text,
  RequestId: text,
})

export const functionComputeFailures: SystemFixture['failures'] = [
  [
    [503, { ErrorCode: 'ResourceThrottled', ErrorMessage: 'busy' }, { 'x-fc-request-id': 'r-3' }],
    { providerCode: 'ResourceThrottled', providerMessage: 'busy', requestId: 'r-3' },
  ],
  [[400, { Code: 'Throttling', Message: 'slow', RequestId: 'r-4' }], { code: 'rate_limited', requestId: 'r-4' }],
  [
    [403, { Code: 'SignatureDoesNotMatch', Message: 'no' }, { 'x-acs-request-id': 'r-5' }],
    { code: 'unauthenticated', requestId: 'r-5' },
  ],
  [[403, { Code: 'NoSignature', Message: 'no' }], { code: 'permission_denied' }],
  [[404, { Code: 'InvalidAccessKeyId.NotFound', Message: 'no' }], { code: 'unauthenticated' }],
]

export const functionComputeReaders: SystemFixture['readers'] = {
  'the words of an error': (text) => readFailure(refusal(functionComputeErrorBody(text), text)),
}
