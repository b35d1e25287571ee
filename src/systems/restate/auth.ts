/**
 * The credentials of a Restate admin API: none (the open-source server checks none), an API key as a bearer token
 * (Restate Cloud), or your own function (`signed`), for example for a proxy.
 */
export type RestateScheme = 'bearer' | 'signed'

export const schemes: readonly RestateScheme[] = ['bearer', 'signed']
