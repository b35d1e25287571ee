/**
 * The credentials of a Service Fabric cluster: none (an unsecured cluster accepts everyone as Admin), an Entra token, or
 * your own function (`signed`). A client certificate is not a credential here; it is given through `fetch`.
 */
export type ServiceFabricScheme = 'bearer' | 'entra' | 'signed'

export const schemes: readonly ServiceFabricScheme[] = ['bearer', 'entra', 'signed']
