import type { AnswerOf } from '@heartwood/api/client';
import { ROUTES } from '@heartwood/api/contract';
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';

const meta = {
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-03-01T01:00:00.000Z',
  timeZone: 'UTC',
  unit: 'processes',
  complete: true,
  truncated: false,
  warnings: [],
};

const numbers = {
  cpuCores: 0.25,
  cpuUse: 0.125,
  memoryBytes: 91_750_400,
  memoryMaxBytes: 2 ** 30,
  machineCpu: null,
  machineMemory: 0.5,
  diskUse: 0.71,
  loopDelayMs: 12.4,
  loopUse: 0.2,
};
const processOf = (service: string, cpuCores: number): Processes['data'][number] => ({
  service,
  instance: null,
  host: 'worker-1',
  pid: '4711',
  minutes: 60,
  numbers: { ...numbers, cpuCores },
  points: [{ start: meta.from, end: meta.to, complete: true, ...numbers, cpuCores }],
});

type Processes = AnswerOf<'/api/v1/system/resources'>;
const PROCESSES: Processes = {
  data: [processOf('shop', 0.25), processOf('mail', 1.5)],
  meta: { ...meta, interval: '1h' },
};

const side = (mean: number): AnswerOf<'/api/v1/features/{name}/resources'>['data']['during'] => ({
  minutes: 10,
  cpuCores: { n: 10, mean, p95: mean, max: mean },
  cpuUse: null,
  memoryBytes: { n: 10, mean: 91_750_400, p95: 91_750_400, max: 2 ** 30 },
  loopDelayMs: null,
});
const OF_FEATURE: AnswerOf<'/api/v1/features/{name}/resources'> = {
  data: {
    feature: 'report',
    runs: 7,
    processes: 1,
    during: side(0.9),
    without: side(0.1),
    reported: [{ key: 'cpu_time_ms', runs: 7, mean: 12, p95: 20, max: 21 }],
    reading: 'Its minutes used more CPU: an association, not a cause.',
  },
  meta,
};

test('the answers that these tests give are those of the contract', () => {
  expect(ROUTES.listResources.answer.parse(PROCESSES)).toEqual(PROCESSES);
  expect(ROUTES.readFeatureResources.answer.parse(OF_FEATURE)).toEqual(OF_FEATURE);
});

test('S4-20 processes stand in a table, the busiest first', async () => {
  const { url, asked } = await openTestServer(() => ({ body: PROCESSES }));
  const { code, data, notes } = await run(['resources', 'list', '--url', url, '--service', 'a']);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]?.url.searchParams.get('service')).toBe('a');
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    service  host      pid   minutes  cores  of all    memory   most  loop delay ms    loop  machine CPU  machine memory    disk  cores over time
    mail     worker-1  4711       60   1.50  12.5 %  87.5 MiB  1 GiB           12.4  20.0 %            –          50.0 %  71.0 %  █
    shop     worker-1  4711       60   0.25  12.5 %  87.5 MiB  1 GiB           12.4  20.0 %            –          50.0 %  71.0 %  █
    "
  `);
  expect(notes).toContain('2 processes from 2026-03-01 00:00 to 2026-03-01 01:00 UTC.');
});

test('minutes with runs of a feature stand beside those without, and what it says in words', async () => {
  const { url, asked } = await openTestServer(() => ({ body: OF_FEATURE }));
  const { data, notes } = await run(['resources', 'show', 'report', '--url', url]);
  expect(asked[0]?.url.pathname).toBe('/api/v1/features/report/resources');
  expect(`\n${data}`).toMatchInlineSnapshot(`
    "
    use of              minutes with  mean with  p95 with  max with  minutes without  mean without  p95 without  max without
    cores                         10       0.90      0.90      0.90               10          0.10         0.10         0.10
    share of all cores             –          –         –         –                –             –            –            –
    memory                        10   87.5 MiB  87.5 MiB     1 GiB               10      87.5 MiB     87.5 MiB        1 GiB
    loop delay, ms                 –          –         –         –                –             –            –            –
    "
  `);
  expect(notes).toContain('an association, not a cause');
  expect(notes).toContain('cpu_time_ms as the app told it: mean 12');
});

test('where a number is not there, notes tell which metric would give it', async () => {
  const none = { minutes: 0, cpuCores: null, cpuUse: null, memoryBytes: null, loopDelayMs: null };
  const { data } = OF_FEATURE;
  const notesOf = async (sides: Partial<typeof data>): Promise<string> => {
    const { url } = await openTestServer(() => ({ body: { meta, data: { ...data, ...sides } } }));
    return (await run(['resources', 'show', 'report', '--url', url])).notes;
  };
  const both = 'Its processes sent no process.cpu.utilization, nodejs.eventloop.delay.p99.\n';
  expect(await notesOf({})).toContain(both);
  const one = await notesOf({ without: { ...data.without, cpuCores: null } });
  expect(one).toContain('nodejs.eventloop.delay.p99 in minutes with runs.\n');
  expect(one).toContain('sent no process.cpu.time, process.cpu.utilization');
  const always = await notesOf({ without: none });
  expect(always).toContain(both);
  expect(always).toContain('there is none without');
  // Then the reading says it.
  expect(await notesOf({ during: none, without: none })).not.toContain('Its processes sent no');
});
