/** How FunctionGraph is entered: an IAM token in `X-Auth-Token`, requests signed with an access key, or a hook. */
export type FunctionGraphScheme = 'auth-token' | 'ak-sk' | 'signed'

export const schemes: readonly FunctionGraphScheme[] = ['auth-token', 'ak-sk', 'signed']
