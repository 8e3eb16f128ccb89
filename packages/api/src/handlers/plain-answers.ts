/** The answers that no definition stands behind: what each counts, and the words of the command line that ask the same. */
import type { RouteName } from '../contract/routes.ts';

/** Given parameters by name; a parameter with its preset is given too. */
export type Asked = Readonly<Record<string, unknown>>;

/** An answer and how it is asked for. */
export interface PlainAnswer {
  /** What the definition of the answer is called. */
  readonly kind: string;
  /** What is counted, in words. */
  readonly sentence: string;
  /** Absent where no command asks the same. */
  readonly command?: CommandWords;
  /** Which bounds it takes; default both. */
  readonly bounds?: 'to' | 'none';
}

interface CommandWords {
  readonly words: readonly string[];
  /** The parameter that is the argument. */
  readonly argument?: string;
  /** Flags by the parameter that they are, without `--`; a parameter that is not here, no flag says. */
  readonly flags?: Readonly<Record<string, string>>;
  /** Parameters that are the command's own presets where they have these values. */
  readonly presets?: Readonly<Record<string, unknown>>;
  /** What is typed for what was asked, where that is another thing. */
  readonly typed?: (asked: Asked) => Asked;
}

const NUMBERS =
  'runs by status, distinct users and sessions (a run without one is in the runs alone), success / runs (null where senders leave out runs), p50, p95 and p99 of all statuses, linear between ranks, without runs that end before they start, mean duration as sum over sum, mean score with failed runs as they scored';
const SOURCES =
  'whole hours are added up from roll-ups, all else comes from the runs; percentiles of at most 200,000 runs are exact to the last digit, beyond that to one unit of it, and within 3.2 % where raw runs have been removed, or where the range has more than 2 million runs, is filtered and split by no more than the feature, and is told by whole hours (UTC)';
const OCCURRENCES =
  'log records of level error and above and runs that failed or ran out of time, put into kinds by error.type and stack or by the text without its numbers and names; what a run and log records of one span tell alike is one';

const same = <const Name extends string>(...names: readonly Name[]): Record<Name, Name> =>
  Object.fromEntries(names.map((name) => [name, name])) as Record<Name, Name>;

const RUN_FLAGS = same('category', 'component', 'service', 'status');
const ERROR_FLAGS = {
  ...same('category', 'component', 'feature', 'service', 'session'),
  traceId: 'trace',
};
const USAGE: PlainAnswer = {
  kind: 'usage',
  sentence: `runs that started in the range by bucket of time, by group where split, the groups with the most runs first, the rest as $other: ${NUMBERS}; ${SOURCES}`,
};
const FEATURE: PlainAnswer = {
  kind: 'feature',
  sentence: `runs of one feature that started in the range: ${NUMBERS}; shares are of its runs; errors are runs that failed, timed out or carry an error type; ${SOURCES}`,
  command: {
    words: ['features', 'show'],
    argument: 'name',
    flags: { ...RUN_FLAGS, interval: 'interval' },
  },
};

/** By the route that gives them. */
export const PLAIN_ANSWERS = {
  listFeatures: {
    kind: 'features',
    sentence: `features with runs that started in the range: ${NUMBERS}; tier is that of the median run; ${SOURCES}`,
    command: {
      words: ['features', 'list'],
      flags: { ...RUN_FLAGS, sort: 'sort', limit: 'limit' },
    },
  },
  readFeature: FEATURE,
  readUsage: USAGE,
  readStats: {
    kind: 'totals',
    sentence: `all runs that started in the range together: ${NUMBERS}; ${SOURCES}`,
  },
  listServices: {
    kind: 'services',
    sentence:
      'spans that started in the range, by service, the busiest first: errors are spans with status ERROR, p50, p95, p99 and max of those that do not end before they start, linear between ranks; exact to the last digit where the range has at most 200,000 spans',
  },
  countLogs: {
    kind: 'logs',
    sentence:
      'log records and events whose time lies in the range and that pass all filters, by bucket of time and by the word of their severity number; those without a word are none',
    command: {
      words: ['logs', 'show', '--histogram'],
      flags: {
        ...same('filter', 'component', 'session', 'feature', 'service', 'event', 'interval'),
        ...same('attribute', 'all'),
        minSeverity: 'level',
        pattern: 'grep',
        notPattern: 'exclude',
        traceId: 'trace',
      },
      // Of an event, the command line leaves nothing out.
      typed: ({ withoutProgress, ...asked }) =>
        asked['event'] !== undefined
          ? { ...asked, ...(withoutProgress === 'true' && { withoutProgress }) }
          : { ...asked, all: withoutProgress === 'false' ? 'true' : 'false' },
    },
  },
  listErrors: {
    kind: 'errors',
    sentence: `errors whose time lies in the range, by kind or by what they have in common, the most frequent first: ${OCCURRENCES}; users and sessions are distinct; the trend is against as much time before`,
    command: {
      words: ['logs', 'errors'],
      flags: { ...ERROR_FLAGS, by: 'by', limit: 'count' },
    },
  },
  summarizeErrors: {
    kind: 'error summary',
    sentence: `errors whose time lies in the range, by category: ${OCCURRENCES}`,
    command: { words: ['logs', 'errors', '--summary'], flags: ERROR_FLAGS },
  },
  getError: {
    kind: 'error',
    sentence: `errors of one kind whose time lies in the range: ${OCCURRENCES}; it was first and last seen in all that is kept`,
    command: { words: ['logs', 'errors'], flags: { fingerprint: 'id' } },
  },
  listViolations: {
    kind: 'plan violations',
    sentence:
      'what events did that the tracking plan does not say, counted when they were received, in whole hours that the range touches: an event once for each property and kind of violation; blocked are those that were not stored because of it',
    command: { words: ['plan', 'violations'], flags: same('event', 'type', 'limit') },
  },
  listQuality: {
    kind: 'quality',
    sentence:
      'what each check of data quality found when it last ran by the end of the range, worst first; results are kept for 90 days; the numbers of a result, and the SQL that gave them, stand in its evidence',
    command: {
      words: ['quality', 'list'],
      flags: same('check', 'result'),
      presets: { limit: 1000 },
    },
    bounds: 'to',
  },
  summarizeSessions: {
    kind: 'session summary',
    sentence:
      'sessions of which anything was received in the range, each as a whole, together and by component: active time is without pauses, runs and errors are those that carry its id',
    command: {
      words: ['sessions', 'summary'],
      flags: same('component', 'service', 'user', 'kind', 'state', 'ci'),
    },
  },
  reportSessions: {
    kind: 'session report',
    sentence:
      'sessions of which anything was received in the range as suites, and their runs as cases: failures are runs that failed or ran out of time, errors are sessions that were abandoned or have more runs than are told, skipped are runs that were cancelled',
  },
  readDuplicates: {
    kind: 'duplicates',
    sentence:
      'entries of database operations in the range that tell whether they met a duplicate, and the share of those that did, with its bounds by Wilson for 95 of 100 samples',
    command: { words: ['entries', 'duplicates'], flags: same('service', 'session') },
  },
  readBatches: {
    kind: 'batches',
    sentence:
      'entries of synchronisations in the range by the size of their batches: records a second and the share that failed as sum over sum, with bounds by Student for 95 of 100 samples',
    command: {
      words: ['entries', 'batches'],
      flags: { service: 'service', syncType: 'sync-type' },
    },
  },
  listResources: {
    kind: 'resources',
    sentence:
      'points of host metrics in the range by process and bucket of time: CPU as time over time, memory and event loop as means of the minutes, null where a process did not send the metric',
    command: {
      words: ['resources', 'list'],
      flags: same('service'),
      presets: { interval: 'auto' },
    },
  },
  readFeatureResources: {
    kind: 'feature resources',
    sentence:
      'minutes of processes in which runs of the feature were under way, beside the other minutes of the same processes in the range: mean, p95 and largest, linear between ranks',
    command: { words: ['resources', 'show'], argument: 'name', flags: same('service') },
  },
  listMetrics: {
    kind: 'metrics',
    sentence: 'data points of metrics whose time lies in the range, by the name of the metric',
  },
  listSummaries: {
    kind: 'day summaries',
    sentence:
      'days as they were summed up once, when they were over or when it was asked for: their numbers stay as they were then, and are no sum of what is stored now',
    bounds: 'none',
  },
} as const satisfies Partial<Record<RouteName, PlainAnswer>>;

/** Route of such an answer. */
export type PlainName = keyof typeof PLAIN_ANSWERS;

/** Bounds of the question as they were read. */
interface Bounds {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

/** The words that ask the same at the command line: its own command, else the path for `heartwood api`. */
export function wordsOf(
  name: PlainName,
  path: string,
  asked: Asked,
  { from, to, timeZone }: Bounds,
): readonly string[] {
  const { command, bounds }: PlainAnswer = PLAIN_ANSWERS[name];
  const range = {
    ...(bounds === undefined && { from }),
    ...(bounds !== 'none' && { to }),
    ...(bounds === undefined && { timeZone }),
  };
  const typed = command?.typed?.(asked) ?? asked;
  if (command === undefined || !canSay(command, typed))
    return ['api', 'get', toPath(path, { ...asked, ...range })];
  const { words, argument, flags = {} } = command;
  const about = argument === undefined ? [] : [String(asked[argument])];
  const flagged = [
    ...Object.entries(flags).flatMap(([parameter, flag]) => toFlags(flag, typed[parameter])),
    ...Object.entries(range).flatMap(([bound, value]) => [RANGE_FLAGS[bound] ?? '', value]),
  ];
  // A word that begins as a flag stands behind all flags.
  return about[0]?.startsWith('-') === true
    ? [...words, ...flagged, '--', ...about]
    : [...words, ...about, ...flagged];
}

const RANGE_FLAGS: Readonly<Record<string, string>> = {
  from: '--from',
  to: '--to',
  timeZone: '--time-zone',
};

/** Whether the command has a word for all that was asked. */
const canSay = ({ argument, flags = {}, presets = {} }: CommandWords, asked: Asked): boolean =>
  Object.entries(asked).every(
    ([parameter, value]) =>
      parameter === argument ||
      Object.hasOwn(flags, parameter) ||
      (Object.hasOwn(presets, parameter) && presets[parameter] === value),
  );

const toFlags = (flag: string, value: unknown): string[] => {
  if (value === undefined || value === 'false') return [];
  if (value === 'true') return [`--${flag}`];
  return (Array.isArray(value) ? value : [value]).map((each) => `--${flag}=${String(each)}`);
};

/** A path with its parameters; what the path names is none of the query. */
function toPath(path: string, asked: Asked): string {
  const filled = path.replaceAll(/\{(\w+)\}/gu, (_, parameter: string) =>
    encodeURIComponent(String(asked[parameter])),
  );
  const search = new URLSearchParams();
  for (const [parameter, value] of Object.entries(asked))
    if (!path.includes(`{${parameter}}`))
      for (const each of Array.isArray(value) ? value : [value])
        search.append(parameter, String(each));
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}
