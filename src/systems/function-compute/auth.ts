/** The credentials of Function Compute: requests signed with an access key, by `acs3` or by a hook. */
export type FunctionComputeScheme = 'acs3' | 'signed'

export const schemes: readonly FunctionComputeScheme[] = ['acs3', 'signed']
