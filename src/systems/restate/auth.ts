/**
 * How a Restate admin API is entered: not at all (the open-source server checks nothing), with an API key as a bearer
 * token (Restate Cloud), or signed by a hook (a proxy of your own).
 */
export type RestateScheme = 'bearer' | 'signed'

export const schemes: readonly RestateScheme[] = ['bearer', 'signed']
