// The layers of src/core, from the ground up. A file may import its own layer and those below it (docs/architecture.md).
const layers = ['words', 'time', 'check', 'watch', 'http', 'credential', 'call', 'wait', 'system']

const upwards = layers.slice(0, -1).map((layer, index) => ({
  name: `${layer}-imports-no-higher-layer`,
  severity: 'error',
  from: { path: `^src/core/${layer}/` },
  to: { path: `^src/core/(?:${layers.slice(index + 1).join('|')})/` },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...upwards,
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-is-in-layers',
      comment: 'each file of src/core stands in one of its layers',
      severity: 'error',
      from: {},
      to: { path: '^src/core/', pathNot: `^src/core/(?:${layers.join('|')})/` },
    },
    {
      name: 'core-knows-no-system',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: ['^src/(?!core/)', '^generated/'] },
    },
    {
      name: 'a-system-imports-no-other',
      severity: 'error',
      from: { path: '^src/systems/([^/]+)/' },
      to: { path: ['^src/systems/', '^src/[^/]+$'], pathNot: '^src/systems/$1/' },
    },
    {
      name: 'openapi-fetch-stays-in-clients',
      comment: 'it is in maintenance: only the client.ts files and the transport know it',
      severity: 'error',
      from: { path: '^src/', pathNot: ['/client\\.ts$', '^src/core/call/transport\\.ts$'] },
      to: { path: 'openapi-fetch' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^generated/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'types', 'default'] },
  },
}
