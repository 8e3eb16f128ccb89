/** `resources show`: what goes along with one feature, as an association. */
import type { AnswerOf } from '@heartwood/api/client';
import { HOST_METRICS, type HostMetricRole } from '@heartwood/semconv';
import { defineCommand } from '../command.ts';
import { describeRange, printEnvelope, printList } from '../listing.ts';
import { RANGE_FLAGS, toRangeQuery } from '../range.ts';
import type { Column, Value } from '../render/column.ts';
import { showAmount } from '../render/number.ts';

type Answer = AnswerOf<'/api/v1/features/{name}/resources'>;
type Side = Answer['data']['during'];
type Spread = NonNullable<Side['cpuCores']>;

interface Row {
  readonly what: string;
  readonly kind: 'score' | 'share' | 'bytes' | 'ms';
  readonly during: Spread | null;
  readonly without: Spread | null;
}

const NUMBERS = [
  ['cpuCores', 'cores', 'score', 'cpu_time'],
  ['cpuUse', 'share of all cores', 'share', 'cpu_use'],
  ['memoryBytes', 'memory', 'bytes', 'memory'],
  ['loopDelayMs', 'loop delay, ms', 'ms', 'loop_delay'],
] as const satisfies readonly (readonly [keyof Side, string, Row['kind'], HostMetricRole])[];

/** Why numbers are not there, where minutes are. */
function absencesOf({ during, without }: Answer['data']): string[] {
  const metricOf = (role: HostMetricRole): string =>
    Object.keys(HOST_METRICS).find((name) => HOST_METRICS[name] === role) ?? role;
  const missing = (side: Side): string =>
    NUMBERS.filter(([name]) => side.minutes > 0 && side[name] === null)
      .map(([, , , role]) => metricOf(role))
      .join(', ');
  const [inRuns, outside] = [missing(during), missing(without)];
  const said: readonly (readonly [string, string])[] =
    inRuns === outside || without.minutes === 0
      ? [[inRuns, '']]
      : [
          [inRuns, ' in minutes with runs'],
          [outside, ' in minutes without'],
        ];
  const unsent = said.flatMap(([names, where]) =>
    names === '' ? [] : [`Its processes sent no ${names}${where}.`],
  );
  if (during.minutes > 0 && without.minutes === 0)
    unsent.push('Every minute that its processes told of had a run of it: there is none without.');
  return unsent;
}

/** Every number of one side. */
const sideOf = (side: 'during' | 'without', words: string): Column<Row>[] =>
  (['n', 'mean', 'p95', 'max'] as const).map((name) => ({
    name: `${side}.${name}`,
    title: name === 'n' ? `minutes ${words}` : `${name} ${words}`,
    kind: name === 'n' ? 'count' : 'score',
    kindOf: (row: Row) => (name === 'n' ? 'count' : row.kind),
    read: (row: Row): Value => row[side]?.[name] ?? null,
    rank: { n: 70, mean: 95, p95: 80, max: 60 }[name],
  }));

const COLUMNS: readonly Column<Row>[] = [
  { name: 'what', title: 'use of', kind: 'text', read: ({ what }) => what, rank: 100 },
  ...sideOf('during', 'with'),
  ...sideOf('without', 'without'),
];

export const showResources = defineCommand({
  examples: [
    ['heartwood resources show report.render', 'minutes with a run of it, and the others'],
    ['heartwood resources show report.render --since 7d --json', 'for a script'],
  ],
  argument: { noun: 'name of a feature', value: 'name' },
  flags: {
    ...RANGE_FLAGS,
    service: { kind: 'text', value: 'NAME', doc: 'Only runs and processes of this service.' },
  },
  run: async ({ argument, flags, client, output, signal }) => {
    const { data, meta } = await client.get('/api/v1/features/{name}/resources', {
      params: { name: argument },
      query: { ...toRangeQuery(flags), service: flags.service },
      signal,
    });
    if (output.format === 'json') return await printEnvelope(output, data, meta);
    const { during, without } = data;
    const rows = NUMBERS.map(([name, what, kind]): Row => ({
      what,
      kind,
      during: during[name],
      without: without[name],
    }));
    await printList(output, COLUMNS, [{ data: rows, meta }]);
    if (output.format === 'ndjson') return;
    for (const { key, runs, mean, p95, max } of data.reported)
      output.note(
        `${key} as the app told it: mean ${String(mean)}, 95 % at most ${String(p95)}, at most ${String(max)}, of ${showAmount(runs, 'run')}.`,
      );
    for (const absence of absencesOf(data)) output.note(absence);
    output.note(data.reading);
    output.note(`${showAmount(data.runs, 'run')} from ${describeRange(meta)}.`);
  },
});
