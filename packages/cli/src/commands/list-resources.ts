/** `resources list`: what processes used in a range, the busiest first. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { describeRange, printEnvelope, printList } from '../listing.ts';
import { RANGE_FLAGS, toRangeQuery } from '../range.ts';
import type { Column } from '../render/column.ts';
import { showCount } from '../render/number.ts';

type Row = AnswerOf<'/api/v1/system/resources'>['data'][number];

const COLUMNS: readonly Column<Row>[] = [
  { name: 'service', title: 'service', kind: 'text', read: (row) => row.service, rank: 100 },
  { name: 'host', title: 'host', kind: 'text', read: (row) => row.host, rank: 40, cutTo: 16 },
  { name: 'pid', title: 'pid', kind: 'text', read: (row) => row.pid, rank: 60 },
  { name: 'instance', kind: 'text', read: (row) => row.instance },
  { name: 'minutes', title: 'minutes', kind: 'count', read: (row) => row.minutes, rank: 50 },
  {
    name: 'cpuCores',
    title: 'cores',
    kind: 'score',
    read: (row) => row.numbers.cpuCores,
    rank: 95,
  },
  { name: 'cpuUse', title: 'of all', kind: 'share', read: (row) => row.numbers.cpuUse, rank: 70 },
  {
    name: 'memoryBytes',
    title: 'memory',
    kind: 'bytes',
    read: (row) => row.numbers.memoryBytes,
    rank: 94,
  },
  {
    name: 'memoryMaxBytes',
    title: 'most',
    kind: 'bytes',
    read: (row) => row.numbers.memoryMaxBytes,
    rank: 80,
  },
  {
    name: 'loopDelayMs',
    title: 'loop delay ms',
    kind: 'ms',
    read: (row) => row.numbers.loopDelayMs,
    rank: 75,
  },
  { name: 'loopUse', title: 'loop', kind: 'share', read: (row) => row.numbers.loopUse, rank: 30 },
  {
    name: 'machineCpu',
    title: 'machine CPU',
    kind: 'share',
    read: (row) => row.numbers.machineCpu,
    rank: 65,
  },
  {
    name: 'machineMemory',
    title: 'machine memory',
    kind: 'share',
    read: (row) => row.numbers.machineMemory,
    rank: 64,
  },
  { name: 'diskUse', title: 'disk', kind: 'share', read: (row) => row.numbers.diskUse, rank: 63 },
  {
    name: 'cpu',
    title: 'cores over time',
    kind: 'spark',
    read: (row) => row.points.map(({ cpuCores }) => cpuCores ?? 0),
    rank: 20,
  },
];

export const listResources = defineCommand({
  examples: [
    ['heartwood resources list', 'processes of the last 24 hours, the busiest first'],
    ['heartwood resources list --service shop --since 1h', 'those of one service'],
    ['heartwood resources list --json', 'with every bucket of every number'],
  ],
  flags: {
    ...RANGE_FLAGS,
    service: { kind: 'text', value: 'NAME', doc: 'Only processes of this service.' },
  },
  run: async ({ flags, client, output, signal }) => {
    const { data, meta } = await client.get('/api/v1/system/resources', {
      query: { ...toRangeQuery(flags), service: flags.service },
      signal,
    });
    const rows = data.toSorted((a, b) => (b.numbers.cpuCores ?? -1) - (a.numbers.cpuCores ?? -1));
    if (output.format === 'json') return await printEnvelope(output, rows, meta);
    await printList(output, COLUMNS, [{ data: rows, meta }]);
    if (output.format === 'ndjson') return;
    output.note(
      rows.length === 0
        ? `No process sent metrics of itself from ${describeRange(meta)}.`
        : `${rows.length === 1 ? 'One process' : `${showCount(rows.length)} processes`} from ${describeRange(meta)}.`,
    );
  },
});
