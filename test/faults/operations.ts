/** Every operation that the functions of a system send, and every one that a typed client can. */
import { operationsOf } from '../support/spec.js'
import type { FacadeAct, SystemFixture } from '../systems/fixture.js'
import { fixtures } from '../systems/index.js'

interface ThroughFacade extends FacadeAct {
  readonly system: SystemFixture
  readonly through: 'facade'
}

/** A typed client never sends anything twice. */
interface ThroughClient extends Omit<FacadeAct, 'makesOf' | 'ofEndedWork'> {
  readonly system: SystemFixture
  readonly through: 'client'
}

export type Act = ThroughFacade | ThroughClient

export const acts: readonly Act[] = [
  ...fixtures.flatMap((system) => system.acts.map((act): Act => ({ ...act, system, through: 'facade' }))),
  ...fixtures.flatMap((system) =>
    operationsOf(system.kind).map(
      ({ operationId, method }): Act => ({
        system,
        name: `client ${operationId}`,
        operationId,
        effect: method === 'GET' ? 'none' : 'harmful',
        through: 'client',
        run: async ({ baseUrl, fetch }) => system.contract[operationId]?.client(String(baseUrl), fetch),
      }),
    ),
  ),
]

/** Of each system, one operation of each effect. */
export const sample: readonly Act[] = acts.filter(
  ({ system, effect }, index) => acts.findIndex((act) => act.system === system && act.effect === effect) === index,
)
