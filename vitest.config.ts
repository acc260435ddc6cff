import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['hemma-source'] },
  ssr: { resolve: { conditions: ['hemma-source', 'node', 'import', 'default'] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{protocols,runtime,gateway,cloud,dashboards,simulators,tooling}/**/*.test.ts'],
          exclude: ['**/dist/**', '**/node_modules/**'],
        },
      },
    ],
    testTimeout: 15_000,
  },
});
