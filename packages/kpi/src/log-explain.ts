/** How log records by bucket came about. */
import type { RanStatement } from '@heartwood/store';
import { explain, toRan, type Explain } from './analytic.ts';
import type { Interval } from './interval.ts';
import type { LogFilter } from './log-filter.ts';
import type { Window } from './window.ts';

/** Explains a histogram of log records; `ran` is what the store ran for it. */
export function explainLogHistogram(
  window: Window,
  filter: LogFilter,
  interval: Interval | 'auto',
  ran: readonly RanStatement[],
): Explain {
  const given = Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined && value !== false),
  ) as LogFilter;
  return explain(window, {
    definition: {
      kind: 'logs',
      id: null,
      revision: null,
      source: null,
      written: { kind: 'logs', interval, ...given },
    },
    sentence:
      'log records and events whose time lies in the range and that pass all filters, by bucket of time and by the word of their severity number; those without a word are none',
    statements: ran.map(toRan),
    command: commandOf(given, interval),
  });
}

/** Null where the command line does not ask the same. */
function commandOf(
  { withoutProgress = false, attribute = [], ...texts }: LogFilter,
  interval: string,
): readonly string[] | null {
  const flags: string[] = attribute.map((text) => `--attribute=${text}`);
  for (const [name, value] of Object.entries(texts)) {
    const flag = FLAGS[name];
    if (flag === undefined) return null;
    flags.push(`${flag}=${String(value)}`);
  }
  // Of an event, the command line leaves nothing out.
  if (withoutProgress && texts.event !== undefined) return null;
  const all = withoutProgress || texts.event !== undefined ? [] : ['--all'];
  return ['logs', 'show', '--histogram', ...flags, ...all, '--interval', interval];
}

/** Flags of the command line by the filter that they are. */
const FLAGS: Readonly<Record<string, string>> = {
  filter: '--filter',
  component: '--component',
  minSeverity: '--level',
  pattern: '--grep',
  notPattern: '--exclude',
  traceId: '--trace',
  session: '--session',
  feature: '--feature',
  service: '--service',
  event: '--event',
};
