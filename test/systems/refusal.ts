/** A failed answer as the readers of errors get it, with a text in its body and in every header. */
export const refusal = (
  error: unknown,
  text: string,
): { status: number; ok: false; headers: Headers; data: undefined; error: unknown } => ({
  status: 403,
  ok: false,
  headers: { get: () => text, has: () => true } as unknown as Headers,
  data: undefined,
  error,
})
