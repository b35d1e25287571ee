/** The targets that suites of what all systems have in common take as their example, and what they look at. */
import { ids } from './systems.js'

/** Nobody listens there: these suites inject their fetch. */
export const baseUrl: string = 'http://127.0.0.1:9'

/** Restate. */
export const invocation: { readonly invocationId: string } = { invocationId: ids.restate }
/** Function Compute 2.0. */
export const task = { serviceName: 's', functionName: 'f', invocationId: 't' } as const
/** Service Fabric; its id is `shop~orders`. */
export const shop = { applicationId: 'fabric:/shop/orders' } as const

/** The codes of a receipt's warnings. */
export const codes = ({ warnings }: { readonly warnings: readonly { readonly code: string }[] }): string[] =>
  warnings.map(({ code }) => code)
