/** The questions about log records that have a promised time, asked as the API asks them. */
import { parseTimeZone, parseWindow, readLogs, type LogFilter, type Window } from '@heartwood/kpi';
import { END_MS } from './columns.ts';
import { componentName, orderOf, QUIET_COMPONENT, RARE_TEXT } from './log-data.ts';
import type { QueryCase } from './query-cases.ts';

const NOW_MS = END_MS + 3_600_000;
const MONTH: Window = {
  ...parseWindow({ since: '28d', to: String(END_MS) }, NOW_MS),
  zone: parseTimeZone('UTC'),
};
/** Four days whose first two lie in the archive, until a moment that is the start of no hour. */
const DAYS: Window = {
  ...MONTH,
  fromMs: END_MS - 9 * 86_400_000 + 1_234_567,
  toMs: END_MS - 5 * 86_400_000 - 2_345_678,
};

/** A question that is cut short by the deadline of the API has not been measured. */
const PATIENCE_MS = 120_000;
const LEVEL_MS = 200;
const TEXT_MS = 1500;

/** A page of 50, as the API and the command line ask for it. */
const listOf = (
  name: string,
  title: string,
  targetMs: number | null,
  filter: LogFilter,
  window: Window = MONTH,
): QueryCase => ({
  name,
  title,
  targetMs,
  growth: 1.5,
  window,
  ask: async (reader) =>
    (await readLogs(reader, window, filter, { limit: 50, timeoutMs: PATIENCE_MS })).rows.length,
});

/** Every question. */
export function createLogCases(): QueryCase[] {
  const component = componentName(7);
  const rare = { component: QUIET_COMPONENT, minSeverity: 'fatal' } as const;
  const word = 'fell BEHIND'.toLowerCase();
  return [
    listOf('log-level', 'level and component, 28 d', LEVEL_MS, {
      component,
      minSeverity: 'error',
    }),
    listOf(
      'log-level',
      'the same, 4 d half archived',
      LEVEL_MS,
      { component, minSeverity: 'error' },
      DAYS,
    ),
    listOf('log-level', 'the same with 10 hits, 28 d', LEVEL_MS, rare),
    listOf('log-text', 'a common word, 28 d', TEXT_MS, { text: 'basket' }),
    listOf('log-text', 'a text with 10 hits in any case, 28 d', TEXT_MS, { text: word }),
    listOf('log-text', 'the same in exactly this case', TEXT_MS, { text: RARE_TEXT }),
    listOf('log-text', 'the same and level debug or above', TEXT_MS, {
      text: word,
      minSeverity: 'debug',
    }),
    listOf('log-pattern', 'a pattern with 10 hits, 28 d', null, { pattern: 'r\\d fell b.hind' }),
    listOf('log-attribute', 'an attribute with 2 hits, 28 d', null, {
      attribute: [`app.order=${orderOf(3_333_333)}`],
    }),
  ];
}
