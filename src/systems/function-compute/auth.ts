/** How Function Compute is entered: requests signed with an access key, by a hook. */
export type FunctionComputeScheme = 'signed'

export const schemes: readonly FunctionComputeScheme[] = ['signed']
