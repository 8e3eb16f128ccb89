/** KPIs on retention tables: a window that no table can hold is refused in the file, not with every list of KPIs. */
import { expect, onTestFinished, test } from 'vitest';
import { parseDefinitions } from './definition/set.ts';
import { readKpis } from './kpi.ts';
import { openTestStore } from './testing/world.ts';
import { parseWindow } from './window.ts';

const NOW = Date.UTC(2026, 5, 30, 12);

const textOf = (table: string, window: string): string => `
retention: {r: {start: feature:a, return: feature:a, ${table}}}
heart:
  - {id: h, feature: a, letters: {retention: {goal: g, signal: s, metric: {retention: r}}}}
kpis:
  - {id: k, retention: r, window: ${window}}
  - {id: l, heart: h, letter: retention, window: ${window}}
`;

test.each([
  // 13 columns, and at most 10,000 cells.
  ['period: hour, periods: 12', '32d', '33d'],
  ['period: hour, periods: 12, mode: rolling', '32d', '33d'],
  // 2 columns, and at most 2000 periods.
  ['period: hour, brackets: [100]', '79d', '80d'],
  ['period: day, periods: 25', '366d', null],
  ['period: day, periods: 27', '350d', '366d'],
  ['period: month, periods: 12', '{calendar: month}', null],
])('a table with %s takes a window of %s and not of %s', async (table, fits, isTooLong) => {
  const store = await openTestStore();
  onTestFinished(() => store.close());
  const loaded = parseDefinitions([{ name: 'a.yaml', text: textOf(table, fits) }], NOW);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const window = parseWindow({ timeZone: 'Europe/Berlin' }, NOW);
  const { kpis } = await readKpis(store, loaded.set, window);
  expect(kpis.map(({ id }) => id)).toEqual(['k', 'l']);

  if (isTooLong === null) return;
  const refused = parseDefinitions([{ name: 'a.yaml', text: textOf(table, isTooLong) }], NOW);
  expect(refused).toMatchObject({
    ok: false,
    problems: [6, 7].map((line) => ({
      code: 'DEFINITION_VALUE',
      place: { line, path: expect.stringMatching(/window$/u) },
      message: expect.stringContaining('the retention table r'),
    })),
  });
});
