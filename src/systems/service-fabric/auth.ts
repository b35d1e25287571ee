/**
 * How a Service Fabric cluster is entered: not at all (an unsecured cluster takes everybody as Admin), with an Entra
 * token, with a client certificate (through `fetch`, so no credential here), or signed by a hook.
 */
export type ServiceFabricScheme = 'bearer' | 'entra' | 'signed'

export const schemes: readonly ServiceFabricScheme[] = ['bearer', 'entra', 'signed']
