/** The credentials of FunctionGraph: an IAM token, given or fetched; an access key; or your own function (`signed`). */
export type FunctionGraphScheme = 'auth-token' | 'iam-password' | 'ak-sk' | 'signed'

export const schemes: readonly FunctionGraphScheme[] = ['auth-token', 'iam-password', 'ak-sk', 'signed']
