/** The only list of the systems. A kind of the package that is missing here does not compile. */
import { enterpriseSchedulerFixture } from './enterprise-scheduler/index.js'
import type { SystemFixture, Variant } from './fixture.js'
import { functionComputeFixture } from './function-compute/index.js'
import { functionGraphFixture } from './functiongraph/index.js'
import type { Kind } from './kind.js'
import { restateFixture } from './restate/index.js'
import { serviceFabricFixture } from './service-fabric/index.js'

const fixtureOf: { readonly [K in Kind]: SystemFixture<K> } = {
  restate: restateFixture,
  functiongraph: functionGraphFixture,
  'function-compute': functionComputeFixture,
  'enterprise-scheduler': enterpriseSchedulerFixture,
  'service-fabric': serviceFabricFixture,
}

/** One for each kind of system. */
export const fixtures: readonly SystemFixture[] = Object.values(fixtureOf)

/** A generation of a system's API, with what all generations of the system share. */
export type AnyVariant = Omit<SystemFixture, 'variants'> & Variant

/** One for each generation of each system's API. */
export const variants: readonly AnyVariant[] = fixtures.flatMap(({ variants: all, ...system }) =>
  all.map((variant) => ({ ...system, ...variant })),
)
