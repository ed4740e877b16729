import { defineConfig } from 'vitest/config';

/** What needs modules that nobody has used yet, or has time go as it likes, which some remember. */
const ALONE = [
  'test/cli/progress.test.ts',
  'test/events/compiled.test.ts',
  'test/store/one-batch.test.ts',
  'test/tracker/always-replay.test.ts',
  'test/tracker/answers.test.ts',
];

export default defineConfig({
  // XState's development build warns about what it would ignore in silence.
  resolve: { conditions: ['development', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['development', 'node', 'import', 'default'] } },
  test: {
    setupFiles: ['test/support/no-console.ts'],
    // All processors: by default one is left for an editor, which on two of them is half.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    server: { deps: { inline: ['xstate'] } },
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/**/*.test.ts'],
          exclude: ALONE,
          // The files of a worker share their modules: to load and compile them for each takes a third of the time.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
});
