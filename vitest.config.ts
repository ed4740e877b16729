import { defineConfig } from 'vitest/config';

export default defineConfig({
  // XState's development build warns about what it would ignore in silence.
  resolve: { conditions: ['development', 'node', 'import', 'default'] },
  ssr: { resolve: { conditions: ['development', 'node', 'import', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/no-console.ts'],
    // All processors: by default one is left for an editor, which on two of them is half.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    server: { deps: { inline: ['xstate'] } },
  },
});
