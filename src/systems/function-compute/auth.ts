/** The credentials of Function Compute: an access key (`acs3`), or your own function (`signed`). */
export type FunctionComputeScheme = 'acs3' | 'signed'

export const schemes: readonly FunctionComputeScheme[] = ['acs3', 'signed']
