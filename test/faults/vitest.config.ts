import path from 'node:path';
import { defineConfig } from 'vitest/config';

const root = path.resolve(import.meta.dirname, '../..');

/** Suites that kill, starve, flood and damage, and those of upkeep and backup; too long for every test run. */
export default defineConfig({
  root,
  resolve: { conditions: ['@heartwood/source'] },
  ssr: { resolve: { conditions: ['@heartwood/source'] } },
  test: {
    include: ['test/faults/**/*.fault.ts'],
    maxWorkers: 1,
    testTimeout: 600_000,
    hookTimeout: 60_000,
  },
});
