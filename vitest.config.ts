import { defineConfig } from 'vitest/config';

const PROCESSES = [
  'packages/cli/src/completion/bash.test.ts',
  'packages/cli/src/modules.test.ts',
  'packages/cli/src/process.test.ts',
  'packages/dashboard/src/dashboard.test.ts',
  'packages/instrumentation/src/host/bounded-work.test.ts',
  'packages/instrumentation/src/run/name-per-call.test.ts',
  'packages/kpi/src/active-days.test.ts',
  'packages/kpi/src/error/index-crash.test.ts',
  'packages/kpi/src/exact-hours.test.ts',
  'packages/kpi/src/log-search.test.ts',
  'packages/kpi/src/oracle.test.ts',
  'packages/kpi/src/session/session.test.ts',
  'packages/kpi/src/span-event.test.ts',
  'packages/kpi/src/whole-days.test.ts',
  'packages/receiver/src/decode/same-meaning.test.ts',
  'packages/receiver/src/item-bombs.test.ts',
  'packages/server/src/main.test.ts',
  'packages/store/src/analytics/count-hours.test.ts',
  'packages/store/src/duckdb/crash.test.ts',
  'packages/store/src/duckdb/jobs/operations-crash.test.ts',
  'packages/store/src/duckdb/rollups-life.test.ts',
  'packages/store/src/duckdb/upkeep/active-days.test.ts',
  'packages/store/src/duckdb/upkeep/slice-filters.test.ts',
  'packages/store/src/duckdb/upkeep/exact-hours.test.ts',
  'packages/store/src/duckdb/upkeep/feature-days.test.ts',
  'packages/store/src/duckdb/upkeep/run-index.test.ts',
  'packages/store/src/lock.test.ts',
  'test/analytics.oracle.test.ts',
  'test/demos.test.ts',
  'test/docs-guides.test.ts',
  'test/entries.test.ts',
  'test/exit-matrix/*.test.ts',
  'test/express-middleware.test.ts',
  'test/fixtures.test.ts',
  'test/follow.test.ts',
  'test/golden.test.ts',
  'test/hang.test.ts',
  'test/host-metrics.test.ts',
  'test/hostile-questions.test.ts',
  'test/log-libraries.test.ts',
  'test/logs.test.ts',
  'test/matrix/*.test.ts',
  'test/metrics.test.ts',
  'test/operations.test.ts',
  'test/packaging.test.ts',
  'test/preload.test.ts',
  'test/progress.test.ts',
  'test/scenarios.test.ts',
  'test/sessions.test.ts',
  'test/start.test.ts',
  'test/threads/*.test.ts',
  'test/tracking-plan.test.ts',
  'test/typescript-apps.test.ts',
];

export default defineConfig({
  resolve: { conditions: ['@heartwood/source'] },
  ssr: { resolve: { conditions: ['@heartwood/source'] } },
  test: {
    globalSetup: ['test/system/memory-folder.ts'],
    setupFiles: ['test/system/fuzz-seed.ts'],
    // More than two cores: tests wait for servers, apps and deadlines a third of their time.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'packages',
          include: ['packages/*/src/**/*.test.{ts,tsx}'],
          exclude: [...PROCESSES, 'packages/instrumentation/**'],
          // One process for many files: half a CPU second each. They leave nothing behind in it.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'apps',
          // A process each: what they try belongs to the whole process, such as OpenTelemetry's globals.
          include: ['packages/instrumentation/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...PROCESSES, '**/node_modules/**'],
        },
      },
      {
        extends: true,
        // Apps and servers that begin and end many times over, every parameter of every route, worlds of many days: ten CPU
        // seconds to some minutes each, so they have a command of their own.
        test: { name: 'processes', include: PROCESSES },
      },
    ],
  },
});
