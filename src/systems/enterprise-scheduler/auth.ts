/**
 * The credentials of Enterprise Scheduler: user and password (some pods have switched that off), a token of the
 * identity domain, or a hook that signs.
 */
export type EnterpriseSchedulerScheme = 'basic' | 'bearer' | 'oauth2' | 'signed'

export const schemes: readonly EnterpriseSchedulerScheme[] = ['basic', 'bearer', 'oauth2', 'signed']
