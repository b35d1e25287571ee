import { BodyTooLarge, bodyLimitBytes } from './body.js'

const utf8 = new TextDecoder()

/**
 * The text of a body that came in chunks. No encoding is asked for, but a server or proxy may use one all the same. What
 * comes out of it is limited too.
 */
export function decoded(chunks: readonly Uint8Array[], encoding: string | null | undefined): string {
  const bytes = joined(chunks)
  const codings = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
  return utf8.decode(codings.reduceRight(decompressed, bytes))
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array()] = chunks
  if (chunks.length < 2) return first
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.byteLength
  }
  return all
}

/** Fetch leaves a body with another coding as it is. */
function decompressed(bytes: Uint8Array, coding: string): Uint8Array {
  if (!/^(?:x-)?gzip$|^deflate$|^br$/.test(coding)) return bytes
  const { brotliDecompressSync, inflateRawSync, unzipSync } = process.getBuiltinModule('node:zlib')
  const limit = { maxOutputLength: bodyLimitBytes }
  try {
    if (coding === 'br') return brotliDecompressSync(bytes, limit)
    // Some servers leave out the header of zlib, whose low four bits are an 8.
    const isRaw = coding === 'deflate' && ((bytes[0] as number) & 15) !== 8
    return isRaw ? inflateRawSync(bytes, limit) : unzipSync(bytes, limit)
  } catch (thrown) {
    if ((thrown as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLarge()
    throw Object.assign(new Error(`the body is not ${coding}`), { code: 'Z_DATA_ERROR' })
  }
}
