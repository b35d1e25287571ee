import { bearer, entra, serviceFabric } from 'allstop'
import { fakeServiceFabric } from '../../support/fakes/service-fabric.js'
import { ids } from '../../support/systems.js'
import type { ExactRequest, SystemFixture } from '../fixture.js'
import { serviceFabricContract } from './contract.js'
import { serviceFabricErrorBody, serviceFabricFailures, serviceFabricReaders } from './failures.js'

const target = { applicationId: ids.application }
const other = 'shop~orders'
const path = `/Applications/${ids.application}`
const read: ExactRequest = { method: 'GET', path: `${path}?api-version=6.0&ExcludeApplicationParameters=true` }

/** The empty 200 is its word that the application is gone; any body is somebody else's. */
const deleted = {
  '204': 'protocol? x1',
  '200 empty': 'stopped x1',
  '200 with null': 'protocol? x1',
  '200 with []': 'protocol? x1',
  '200 with {}, headers twice': 'protocol? x1',
} as const

export const serviceFabricFixture: SystemFixture<'service-fabric'> = {
  kind: 'service-fabric',
  title: 'Service Fabric',
  factory: 'serviceFabric',
  entry: {
    load: () => import('allstop/service-fabric'),
    own: ['serviceFabric', 'bearer', 'clientCertificate', 'entra'],
  },
  modes: ['graceful', 'force'],
  needsCredential: false,
  credential: (secret) => bearer(() => secret),
  credentials: {
    bearer: (secret) => bearer(() => secret),
    entra: (secret) => entra({ getToken: async () => ({ token: secret }) }, 's'),
  },
  token: undefined,
  environment: undefined,
  contract: serviceFabricContract,
  answers: [
    ['POST', /\/Applications\/[^/]+\/\$\/Delete/, () => ({ status: 200 })],
    ['GET', /\/Applications\/([^/?]+)/, (id) => ({ body: { Id: decodeURIComponent(id), Status: 'Ready' } })],
  ],
  acts: [
    {
      name: 'Delete',
      operationId: 'deleteApplication',
      effect: 'repeatable',
      run: (at) => serviceFabric(at).stop(target),
      makesOf: deleted,
    },
    {
      name: 'forced Delete',
      operationId: 'deleteApplication',
      effect: 'repeatable',
      run: (at) => serviceFabric(at).stop(target, { mode: 'force' }),
      makesOf: deleted,
    },
    {
      name: 'get',
      operationId: 'getApplicationInfo',
      effect: 'none',
      run: (at) => serviceFabric(at).read(target),
      makesOf: { '204': 'phase gone', '200 empty': 'protocol x1' },
    },
  ],
  // It goes on deleting after a 504.
  passing: [408, 502, 503],
  // The gateway refuses a certificate or token in this way.
  empty403: 'unauthenticated',
  takesAnyBody: false,
  errorBody: serviceFabricErrorBody,
  failures: serviceFabricFailures,
  named: undefined,
  readers: serviceFabricReaders,
  variants: [
    {
      name: 'service-fabric',
      make: serviceFabric,
      target,
      idField: 'applicationId',
      sameTarget: { applicationId: 'fabric:/samples/CalculatorApp' },
      other: { applicationId: other },
      fields: {
        applicationId: {
          odd: [
            ['fabric:/shop/orders', 'shop~orders'],
            ['приложение', encodeURIComponent('приложение')],
            ["it's a (b)&c=d;e", "it's%20a%20(b)%26c%3Dd%3Be"],
          ],
          spelt: ({ path: sent }) => sent.split('?')[0]?.split('/')[2],
          arrivesAs: (text) => (text.startsWith('fabric:/') ? text.slice(8).replaceAll('/', '~') : text),
        },
      },
      record: {
        body: { Id: ids.application, Status: 'Ready', HealthState: 'Ok' },
        id: 'Id',
        fields: ['Status', 'HealthState'],
        wrap: (record) => record,
      },
      wire: {
        stop: {
          // A plain delete looks before it is sent, for it can undo a forced one; a forced one does not.
          graceful: [read, { method: 'POST', path: `${path}/$/Delete?api-version=6.0&timeout=60` }],
          force: [{ method: 'POST', path: `${path}/$/Delete?api-version=6.0&ForceRemove=true&timeout=60` }],
        },
        read: [read],
        purge: undefined,
      },
      fake: {
        of: (work) => fakeServiceFabric({ [ids.application]: work }, 500),
        // Work that takes longer is met by the 504 of a cluster that held the call for its time.
        options: { serverTimeoutSeconds: 10 },
      },
      lives: {
        // An application is there until it is deleted, whatever its work did.
        endsByItself: false,
        explainsFailure: true,
        taken: 'stopped',
        stoppingAs: 'stopping',
        stoppedAs: 'gone',
        missingAs: 'gone',
        forcesAtOnce: false,
        harmfulTwice: [],
      },
    },
  ],
}
