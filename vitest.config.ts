import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@heartwood/source'] },
  ssr: { resolve: { conditions: ['@heartwood/source'] } },
  test: {
    include: ['packages/*/src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    // Two cores: more workers only fight each other and the servers that tests start.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
