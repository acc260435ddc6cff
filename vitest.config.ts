import { defineConfig } from 'vitest/config';

const workspaces = '{protocols,runtime,gateway,cloud,dashboards,simulators,tooling}';
const never = ['**/dist/**', '**/node_modules/**'];

export default defineConfig({
  resolve: { conditions: ['hemma-source'] },
  // Handed to Node as --conditions: `import` there would give require() ES modules (pg-pool).
  ssr: { resolve: { conditions: ['hemma-source', 'node', 'default'] } },
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [`${workspaces}/**/*.test.ts`, 'tests/servers/**/*.test.ts'],
          exclude: [...never, 'tooling/style/**'],
        },
      },
      {
        extends: true,
        test: { name: 'style', include: ['tooling/style/**/*.test.ts'], exclude: never },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['tests/system/**/*.test.ts'],
          exclude: never,
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'radio',
          include: ['tests/radio/*.test.ts'],
          exclude: never,
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['tests/package/**/*.test.ts'],
          exclude: never,
          globalSetup: 'tests/package/build.ts',
          // Each file starts machines; two at once are slower than one after the other.
          fileParallelism: false,
          testTimeout: 400_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
