import { vi } from 'vitest'

/** How a runtime without a module of Node.js answers the question for it; `vi` undoes it. */
export const withoutBuiltins: Readonly<Record<string, () => void>> = {
  'has no such module': () => void vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined),
  'cannot be asked': () => void vi.stubGlobal('process', { ...process, getBuiltinModule: undefined }),
  'has no process': () => void vi.stubGlobal('process', undefined),
}
