/**
 * The credentials of Enterprise Scheduler: user and password (switched off on some pods), a token of the identity domain,
 * or your own function (`signed`).
 */
export type EnterpriseSchedulerScheme = 'basic' | 'bearer' | 'oauth2' | 'signed'

export const schemes: readonly EnterpriseSchedulerScheme[] = ['basic', 'bearer', 'oauth2', 'signed']
