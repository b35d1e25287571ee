import { configure } from '../../core/call/connection.js'
import type { SystemOptions } from '../../core/call/options.js'
import { checkId } from '../../core/check/check.js'
import { createSystem, type System } from '../../core/system/system.js'
import { type ServiceFabricScheme, schemes } from './auth.js'
import type { ServiceFabricClient } from './client.js'
import { failureReader } from './errors.js'
import { operations } from './operations.js'
import { readState } from './read.js'
import {
  checkServerTimeout,
  hostMayRun,
  type ServiceFabricMode,
  type ServiceFabricStopOptions,
  stateMayLeak,
  stop,
  stopOptions,
} from './stop.js'
import { checkTarget, type ServiceFabricTarget } from './target.js'

// This entry alone is enough to use the system. There is no `fromEnv`: `@azure/identity` reads the environment itself.
export { bearer } from '../../core/credential/credential.js'
export * from '../../core/system/exports.js'
export type { ServiceFabricScheme } from './auth.js'
export type { ServiceFabricClient } from './client.js'
export { type ClientCertificateOptions, clientCertificate, type UndiciLike } from './client-certificate.js'
export { entra, type TokenGiver } from './entra.js'
export type { ServiceFabricMode, ServiceFabricStopOptions } from './stop.js'
export type { ServiceFabricTarget } from './target.js'

/** Options of {@link serviceFabric}. */
export interface ServiceFabricOptions extends SystemOptions<ServiceFabricScheme> {
  /**
   * How long the cluster may hold a delete until the application is gone, in seconds, 1 to 240. The default of `timeoutMs`
   * is 15 s more.
   * @default 60
   */
  readonly serverTimeoutSeconds?: number | undefined
  /**
   * The id of the intended cluster. It is sent as `ClusterId` with every request, including reads and the typed client. A
   * cluster with another id refuses the request (403).
   * @default none
   */
  readonly clusterId?: string | undefined
}

/** A Service Fabric cluster. */
export type ServiceFabricSystem = System<
  'service-fabric',
  ServiceFabricTarget,
  ServiceFabricMode,
  ServiceFabricClient,
  ServiceFabricStopOptions
>

const kind = 'service-fabric'

/** How much longer the total time-out is than the server time-out, in milliseconds. */
const marginMs = 15_000

/**
 * The HTTP gateway of an Azure Service Fabric cluster (learn.microsoft.com, Delete Application, API version 6.0):
 * deletes applications with all their services. `baseUrl` is `https://{cluster}:19080`. Here a success means that the
 * application is gone; at the other systems it may only mean that the stop was accepted.
 * @throws StopError `invalid_argument` when an option is wrong
 */
export function serviceFabric(options: ServiceFabricOptions): ServiceFabricSystem {
  const rules = {
    schemes,
    ownOptions: ['serverTimeoutSeconds', 'clusterId'],
    // The cluster holds the call, so one try may take all the time of the call.
    timeDefaults: (fields: Readonly<Record<string, unknown>>) => ({
      timeoutMs: checkServerTimeout(fields['serverTimeoutSeconds']) * 1000 + marginMs,
      attemptTimeoutMs: Number.POSITIVE_INFINITY,
    }),
  }
  return configure(serviceFabric, kind, options, rules, (settings, fields) => {
    const clusterId = checkClusterId(fields['clusterId'])
    return createSystem(settings, {
      kind,
      modes: {
        graceful: { operation: operations.deleteApplication, sideEffects: [hostMayRun] },
        force: { operation: operations.deleteApplication, sideEffects: [stateMayLeak, hostMayRun] },
      },
      // But a missing record does not prove a delete (`mayVanish`): the application may never have existed.
      goneIsStopped: true,
      headers: { clusterid: clusterId },
      checkTarget,
      stopOptions: stopOptions(checkServerTimeout(fields['serverTimeoutSeconds'])),
      readFailure: failureReader(clusterId),
      readState,
      stop,
    })
  })
}

function checkClusterId(value: unknown): string | undefined {
  const rule = { pattern: /^[\x21-\x7e]{1,256}$/, rule: 'visible ASCII text' }
  return value === undefined ? undefined : checkId(value, 'clusterId', rule)
}
