import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', fileURLToPath(new URL('support/closing-line.ts', import.meta.url))],
    // The usual number leaves one core out, which on two of them is half.
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: [['text', { skipFull: true }], 'json'],
      reportsDirectory: 'coverage',
      // Now and then V8 counts a branch that was taken thousands of times as less than never; one such is let through.
      thresholds: { lines: 100, branches: 99.95, statements: 100, functions: 100 },
    },
  },
  resolve: {
    alias: [
      { find: /^allstop$/, replacement: fileURLToPath(new URL('../src/index.ts', import.meta.url)) },
      { find: /^allstop\/(.+)$/, replacement: fileURLToPath(new URL('../src/systems/$1/index.ts', import.meta.url)) },
    ],
  },
})

export default config
