/** Monitored calls without any SDK: nobody records a run, and the entries are there all the same. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { configure } from '../settings/config.ts';
import { DatabaseLogger } from './database-logger.ts';
import { monitored, type MonitoredCall } from './monitored-call.ts';
import type { AnyFunction } from '../wrap/likeness.ts';

afterEach(() => {
  configure({ exclude: [], enabled: true });
});

const failure = new RangeError('no room');
const USAGE = {
  execution_time_ms: expect.any(Number),
  cpu_time_ms: expect.any(Number),
  memory_usage_mb: expect.any(Number),
};

/** Calls, waits for the end of what came, and gives what was told of it. */
async function told(
  fn: AnyFunction,
  ends = async (result: unknown): Promise<unknown> => result,
): Promise<MonitoredCall[]> {
  const calls: MonitoredCall[] = [];
  const wrapped = monitored('op', fn, (call) => calls.push(call));
  const call = async (): Promise<unknown> => ends(wrapped());
  await call().catch(() => {});
  // A stream that is destroyed says so a moment later.
  await new Promise((resolve) => setImmediate(resolve));
  return calls;
}

describe('S3-09: without an SDK', () => {
  it.each<[string, AnyFunction, Partial<MonitoredCall>, Parameters<typeof told>[1]?]>([
    ['a call', () => 1, { status: 'success' }],
    ['a promise', async () => Promise.resolve(1), { status: 'success' }],
    [
      'a call that throws',
      () => {
        throw failure;
      },
      { status: 'failed', error: failure },
    ],
    [
      'a promise that rejects',
      async () => Promise.reject(failure),
      { status: 'failed', error: failure },
    ],
    [
      'a stream that is read',
      () => Readable.from(['a']),
      { status: 'success' },
      async (stream) => (stream as Readable).toArray(),
    ],
    [
      'a stream that is left',
      () => Readable.from(['a']),
      { status: 'cancelled' },
      async (stream) => (stream as Readable).destroy(),
    ],
    [
      'a generator',
      function* rows() {
        yield 1;
      },
      { status: 'success' },
      async (rows) => Array.from(rows as Iterable<number>),
    ],
  ])('%s is told of once', async (_, fn, expected, ends) => {
    expect(await told(fn, ends)).toEqual([{ operation: 'op', usage: USAGE, ...expected }]);
  });

  it('entries, errors and the summary are there', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'heartwood-bare-'));
    using logger = new DatabaseLogger({ directory });
    const add = logger.monitorPerformance('add_lead')((fails: boolean) => {
      if (fails) throw failure;
    });
    add(false);
    expect(() => add(true)).toThrow(failure);
    expect(logger.getDailySummary()).toMatchObject({ operations: 2, failed: 1 });
    logger.close();
    const [file = ''] = readdirSync(path.join(directory, 'error_logs'));
    const [line = ''] = readFileSync(path.join(directory, 'error_logs', file), 'utf8').split('\n');
    expect(JSON.parse(line)).toMatchObject({
      error_details: { error_type: 'RangeError', error_message: 'no room' },
      context: { operation: 'add_lead', performance_metrics: USAGE },
    });
    rmSync(directory, { recursive: true });
  });

  it.each([{ exclude: ['op'] }, { enabled: false }])(
    'a feature that is switched off by %j is called and nothing else',
    async (settings) => {
      configure(settings);
      expect(await told(() => 1)).toEqual([]);
    },
  );
});

it('makes with new what the original makes, of classes and of constructor functions', () => {
  class Lead {
    readonly id = 1;
  }
  function OldLead(this: { id: number }, id: number): void {
    this.id = id;
  }
  const calls: MonitoredCall[] = [];
  const NewLead = monitored('lead', Lead as never, (call) => calls.push(call)) as typeof Lead;
  const NewOld = monitored('lead', OldLead, (call) => calls.push(call)) as unknown as new (
    id: number,
  ) => { id: number };
  expect(new NewLead()).toBeInstanceOf(Lead);
  expect(new NewOld(7)).toEqual({ id: 7 });
  expect(new NewOld(7)).toBeInstanceOf(OldLead);
  expect(calls.map(({ status }) => status)).toEqual(['success', 'success', 'success']);
});
