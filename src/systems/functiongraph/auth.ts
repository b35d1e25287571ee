/** How FunctionGraph is entered: an IAM token in `X-Auth-Token`, or a request signed with an access key by a hook. */
export type FunctionGraphScheme = 'auth-token' | 'signed'

export const schemes: readonly FunctionGraphScheme[] = ['auth-token', 'signed']
