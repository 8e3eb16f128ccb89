/** KPIs beside the time for which raw data are kept. */
import { expect, test } from 'vitest';
import { parseDefinitions } from './definition/set.ts';
import { checkKpiReach } from './kpi-reach.ts';
import { parseWindow } from './window.ts';
import type { Reader } from '@heartwood/store';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 12);

const FILE = `
measures:
  all: { agg: count, of: feature:view }
retention:
  - { id: weekly, start: feature:view, return: feature:view, period: week, periods: 4 }
kpis:
  - { id: short, measure: all, window: 30d }
  - { id: long, measure: all, window: 200d }
  # Whoever starts in its window must have had four weeks and more.
  - { id: late, retention: weekly, period: 4, window: 60d }
`;

test('those that look back further are told, with what they wait for', async () => {
  const loaded = parseDefinitions([{ name: 'a.yaml', text: FILE }], NOW);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const since = String(BigInt(NOW - 90 * DAY_MS) * 1_000_000n);
  const reader = {
    read: () => Promise.resolve([{ since, inWholeHours: false, inCutHours: false }]),
  } as unknown as Reader;
  const window = parseWindow({}, NOW);
  const found = await checkKpiReach(reader, loaded.set, window);
  expect(found.map(({ place, severity, message }) => [place.line, severity, message])).toEqual([
    [
      8,
      'warning',
      expect.stringMatching(
        /^kpis\[1\] looks back to 2026-05-07T00:00:00Z, .* from before 2026-08-25T12:00:00Z is not kept: "long" has no status/u,
      ),
    ],
    [10, 'warning', expect.stringContaining('"late" has no status')],
  ]);
  expect(await checkKpiReach(reader, { kpis: new Map() }, window)).toEqual([]);
});
