/**
 * The credentials of a Restate admin API: none (the open-source server checks nothing), an API key as a bearer token
 * (Restate Cloud), or a hook that signs (a proxy of your own).
 */
export type RestateScheme = 'bearer' | 'signed'

export const schemes: readonly RestateScheme[] = ['bearer', 'signed']
