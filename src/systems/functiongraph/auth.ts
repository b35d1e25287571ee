/** The credentials of FunctionGraph: an IAM token, given or fetched, requests signed with an access key, or a hook. */
export type FunctionGraphScheme = 'auth-token' | 'iam-password' | 'ak-sk' | 'signed'

export const schemes: readonly FunctionGraphScheme[] = ['auth-token', 'iam-password', 'ak-sk', 'signed']
