import type { UndiciConnect } from './undici.js'

/**
 * Under TLS 1.3 a server refuses a certificate after the handshake has ended on this side. undici gets the alert and then
 * the end of the connection, and reports only the end. So the connection is destroyed with the alert as its error.
 */
export function hearingAlerts(connect: UndiciConnect): UndiciConnect {
  return (to, tell) =>
    connect(to, (error, socket) => {
      socket?.on('error', (alert) => socket.destroy(alert))
      tell(error, socket)
    })
}
