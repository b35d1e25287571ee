/** The largest answer that is read, in bytes after decompression. The longest real one is a list of 500 records. */
export const bodyLimitBytes = 1_048_576

/** The body was larger than the limit. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'

  constructor() {
    super(`the body is larger than ${bodyLimitBytes} bytes`)
  }
}

/**
 * Cancels a body that will not be read, without waiting for it, because a peer may never end it. Errors of the cancel are
 * ignored.
 */
export function discard(body: Pick<ReadableStream, 'cancel'> | null): void {
  body?.cancel().catch(() => {})
}

/**
 * Reads a body as UTF-8 text, and no more than the limit: a hostile or broken peer must not fill the memory. When the
 * signal fires the body is let go.
 */
export async function readText(response: Response, signal: AbortSignal): Promise<string> {
  if (response.body === null) return ''
  const decoder = new TextDecoder()
  const reader = response.body.getReader()
  // A fetch that ignores its signal would read on, and keep the process alive.
  signal.addEventListener('abort', () => discard(reader), { once: true })
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > bodyLimitBytes) {
      discard(reader)
      throw new BodyTooLarge()
    }
    text += decoder.decode(value, { stream: true })
  }
}
