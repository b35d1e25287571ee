/**
 * How Enterprise Scheduler is entered: with user and password (some pods have switched that off), with a token of the
 * identity domain, or signed by a hook.
 */
export type EnterpriseSchedulerScheme = 'basic' | 'bearer' | 'oauth2' | 'signed'

export const schemes: readonly EnterpriseSchedulerScheme[] = ['basic', 'bearer', 'oauth2', 'signed']
