/** The tests that mutants are shown to: those that load fast and need no server but their own, for they run thousands of times. */
import { fileURLToPath } from 'node:url'
import type { ViteUserConfig } from 'vitest/config'
import base from './vitest.config.js'

const config: ViteUserConfig = {
  ...base,
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    ...base.test,
    include: [
      'test/unit/*.test.ts',
      'test/systems/*/{answers,codes,delete,ends,errors,join,journal,signatures,signing,states,target,version,waits,wire}.test.ts',
      'test/wait/{to-the-end,join,doubt,exactly,lost-force,meanwhile,odd-ways,retry}.test.ts',
      'test/wire/{events,exact,token-endpoint,transport}.test.ts',
    ],
    reporters: ['default'],
    isolate: false,
    maxWorkers: 1,
  },
}

export default config
