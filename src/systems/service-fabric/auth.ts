/**
 * The credentials of a Service Fabric cluster: none (an unsecured cluster accepts everybody as Admin), an Entra token,
 * a client certificate (through `fetch`, so it is no credential here), or a hook that signs.
 */
export type ServiceFabricScheme = 'bearer' | 'entra' | 'signed'

export const schemes: readonly ServiceFabricScheme[] = ['bearer', 'entra', 'signed']
