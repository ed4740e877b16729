/**
 * Imports run one way:
 * cli, simulation → tracker → runtime, query → machines, store → agent, policy → trends, windows, scoring → events → errors.
 */
const rooms = [
  ['errors', '^src/((errors|clock|drained|persistent-map|with-item)\\.ts$|rows/)'],
  ['events', '^src/events/'],
  ['measures', '^src/(trends|windows|scoring)/'],
  ['agent', '^src/(agent|policy|trust|department)/'],
  ['machines', '^(machines|src/store)/'],
  ['runtime', '^src/(runtime|query)/'],
  [
    'tracker',
    '^src/((tracker|options|layout|plug-ins|what-if|scoreboard)\\.ts$|(tracker|scoreboard|transfer|verify)/)',
  ],
  ['index', '^src/index\\.ts$'],
  ['programs', '^src/(cli|simulation|testing)/'],
];

const upward = rooms.slice(0, -1).map(([name, path], i) => ({
  name: `${name}-imports-only-below`,
  severity: 'error',
  from: { path },
  to: {
    path: rooms
      .slice(i + 1)
      .map(([, above]) => above)
      .join('|'),
  },
}));

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$' }, to: {} },
    {
      name: 'index-is-for-outside',
      comment: 'the public surface is imported by nobody inside, except by programs that embed it',
      severity: 'error',
      from: { pathNot: '^src/(cli|simulation)/' },
      to: { path: '^src/index\\.ts$' },
    },
    {
      name: 'machines-do-no-io',
      severity: 'error',
      from: { path: '^machines/' },
      to: { path: '^src/(store|runtime)/|level', dependencyTypesNot: ['type-only'] },
    },
    ...upward,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
