/** Operations: what leaves when, what they know about their end, and that nothing an app says can harm it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets, type TakenRecord } from '../../testing/outlets.ts';
import { currentFeature } from '../context/context.ts';
import { configure } from '../settings/config.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';
import { trackEvent } from './event.ts';
import { startOperation } from './operation.ts';
import { type Operation, type OperationOptions } from './operation-handle.ts';
import type { OperationEvent } from './operation-view.ts';
import { onOperation } from './subscribers.ts';

const memory = registerMemory();
const outlets = installOutlets();

beforeEach(() => {
  configure({ quiet: true, exclude: [], progressEnabled: true, enabled: true, heartbeatS: 10 });
  vi.useFakeTimers({
    toFake: ['Date', 'hrtime', 'performance', 'setTimeout', 'clearTimeout', 'setImmediate'],
    now: 1_750_000_000_000,
  });
});

/** Starts an operation that is ended after the test, should the test leave it open. */
function start(name: string, options?: OperationOptions): Operation {
  const operation = startOperation(name, options);
  started.push(operation);
  return operation;
}

const started: Operation[] = [];

afterEach(() => {
  for (const operation of started.splice(0)) operation.complete();
  vi.advanceTimersByTime(1);
  vi.useRealTimers();
  outlets.takeEvents();
  memory.take();
});

/** Events since the last call, shortly: last word of the name, and some attributes. */
function told(...keys: string[]): unknown[] {
  // What leaves at once leaves when the code that is running lets go of the thread.
  vi.advanceTimersByTime(1);
  return outlets.takeEvents().map(({ eventName, attributes }) => {
    const kind = eventName.slice(eventName.lastIndexOf('.') + 1);
    return keys.length === 0 ? kind : [kind, ...keys.map((key) => attributes[key])];
  });
}

const CURRENT = 'feature.operation.current';
const MESSAGE = 'feature.operation.message';
const SEQUENCE = 'feature.operation.sequence';
const ELAPSED = 'feature.operation.duration';

describe('the events of an operation', () => {
  it('S2-10, S2-11, S2-12: start, progress and end leave at once, with everything that was said', () => {
    const operation = start('sync_conversations', {
      description: 'Syncs all conversations',
      estimatedItems: 1000,
      unit: 'conversations',
      category: 'database_operation',
      component: 'sync',
    });
    vi.advanceTimersByTime(2000);
    operation.update({ message: 'Processing', current: 200, total: 1000, batch: 1 });
    vi.advanceTimersByTime(43_200);
    outlets.takeEvents().forEach((record) => expect(record.urgency).toBe('now'));
    operation.complete('Done', { conversations: 987, duration: 45.2 });
    expect(outlets.takeEvents()).toMatchObject([
      {
        eventName: 'feature.operation.end',
        severity: 9,
        urgency: 'now',
        attributes: {
          'feature.name': 'sync_conversations',
          'feature.component': 'sync',
          'feature.operation.id': operation.id,
          'feature.operation.message': 'Done',
          'feature.operation.current': 200,
          'feature.operation.total': 1000,
          'feature.operation.unit': 'conversations',
          'feature.operation.duration': 45.2,
          'feature.progress': 0.2,
          'feature.status': 'success',
          'feature.metadata.conversations': 987,
          'feature.metadata.duration': 45.2,
        },
      },
    ]);
  });

  it('the start says what is expected, and how often it will be heard of', () => {
    const parent = start('import');
    start('sync', {
      description: 'All of it',
      estimatedItems: 7,
      parent,
      heartbeatMs: 3000,
    });
    expect(outlets.takeEvents()[1]).toMatchObject({
      eventName: 'feature.operation.start',
      time: [1_750_000_000, expect.any(Number)],
      attributes: {
        'feature.name': 'sync',
        'feature.operation.id': expect.stringMatching(/^op-20250615-150640-[0-9a-f]{8}$/),
        'feature.operation.parent.id': parent.id,
        'feature.operation.description': 'All of it',
        'feature.operation.total': 7,
        'feature.operation.heartbeat_interval': 3,
        'feature.progress': 0,
        'session.kind': 'run',
      },
    });
  });

  it('progress leaves at once after a second of silence, then once a second, the last news included', () => {
    const operation = start('f');
    told();
    vi.advanceTimersByTime(1000);
    for (let i = 1; i <= 30; i++) {
      operation.update({ current: i });
      vi.advanceTimersByTime(100);
    }
    expect(told(CURRENT)).toEqual([
      ['progress', 1],
      ['progress', 11],
      ['progress', 21],
    ]);
    vi.advanceTimersByTime(1000);
    expect(told(CURRENT)).toEqual([['progress', 30]]);
  });

  it('S2-13: each event has its number and the time since the start, whatever the wall clock does', () => {
    const operation = start('f', { heartbeatMs: 3000 });
    vi.advanceTimersByTime(1000);
    operation.pause();
    vi.advanceTimersByTime(500);
    operation.resume();
    vi.setSystemTime(1_000_000_000_000);
    vi.advanceTimersByTime(2000);
    operation.update({ current: 1 });
    vi.advanceTimersByTime(4000);
    operation.complete();
    start('other');
    const numbered = told(SEQUENCE, ELAPSED);
    expect(numbered.map((one) => (one as unknown[]).slice(0, 2))).toEqual([
      ['start', 0],
      ['paused', 1],
      ['resumed', 2],
      ['progress', 3],
      ['heartbeat', 4],
      ['end', 5],
      ['start', 0],
    ]);
    const elapsed = numbered.map((one) => (one as number[]).at(2) ?? Number.NaN);
    expect(elapsed.map((seconds) => Math.round(seconds * 10) / 10)).toEqual([
      0, 1, 1.5, 3.5, 6.5, 7.5, 0,
    ]);
  });

  it('less than a percent waits until it is one, or until a heartbeat would be due', () => {
    const operation = start('f', { estimatedItems: 100_000 });
    operation.update({ total: 100_000, current: 0 });
    vi.advanceTimersByTime(1100);
    told();
    vi.advanceTimersByTime(1000);
    operation.update({ current: 500 });
    vi.advanceTimersByTime(1500);
    expect(told()).toEqual([]);
    operation.update({ current: 1000 });
    expect(told(CURRENT)).toEqual([['progress', 1000]]);
    operation.update({ current: 1001 });
    vi.advanceTimersByTime(9900);
    expect(told()).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(told(CURRENT)).toEqual([['progress', 1001]]);
    operation.update({ current: 1002, message: 'almost' });
    vi.advanceTimersByTime(1100);
    expect(told(MESSAGE)).toEqual([['progress', 'almost']]);
    operation.complete();
  });

  it('progress leaves when the thread is let go of, or in the call when it is not', () => {
    const operation = start('f');
    told();
    vi.advanceTimersByTime(1000);
    operation.update({ current: 1 });
    expect(outlets.takeEvents()).toEqual([]);
    operation.update({ current: 2 });
    expect(told(CURRENT)).toEqual([['progress', 2]]);
    const busy = vi.spyOn(performance, 'now');
    const nowMs = performance.now();
    busy.mockReturnValue(nowMs + 1500);
    operation.update({ current: 3 });
    expect(outlets.takeEvents()).toEqual([]);
    busy.mockReturnValue(nowMs + 3000);
    operation.update({ current: 4 });
    expect(outlets.takeEvents()).toMatchObject([{ attributes: { [CURRENT]: 4 } }]);
    busy.mockRestore();
  });

  it('a heartbeat comes only after silence', () => {
    const operation = start('f');
    told();
    vi.advanceTimersByTime(9900);
    expect(told()).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(told()).toEqual(['heartbeat']);
    vi.advanceTimersByTime(5000);
    operation.update({ current: 1 });
    expect(told()).toEqual(['progress']);
    vi.advanceTimersByTime(9900);
    expect(told()).toEqual([]);
    vi.advanceTimersByTime(20_200);
    expect(told()).toEqual(['heartbeat', 'heartbeat', 'heartbeat']);
    operation.complete();
    told();
    vi.advanceTimersByTime(60_000);
    expect(told()).toEqual([]);
  });

  it('no heartbeats when they are switched off, and none keeps the process alive', () => {
    const silent = start('f', { heartbeatMs: 0 });
    told();
    vi.advanceTimersByTime(600_000);
    expect(told()).toEqual([]);
    silent.complete();
  });

  it('tells pauses with their reason, and a paused operation is still alive', () => {
    const operation = start('f');
    operation.pause('rate limit');
    operation.pause('again');
    vi.advanceTimersByTime(10_100);
    operation.resume();
    operation.resume();
    expect(told('feature.operation.id', 'feature.reason')).toEqual([
      ['start', operation.id, undefined],
      ['paused', operation.id, 'rate limit'],
      ['heartbeat', operation.id, undefined],
      ['resumed', operation.id, undefined],
    ]);
    operation.complete();
  });

  it.each([
    ['fail', new TypeError('no'), 'failed', 'TypeError', 'no', 17],
    ['fail', 'plain text', 'failed', '_OTHER', 'plain text', 17],
    ['fail', undefined, 'failed', '_OTHER', undefined, 17],
    ['fail', new DOMException('late', 'TimeoutError'), 'timeout', 'timeout', 'late', 17],
    ['cancel', 'no longer wanted', 'cancelled', undefined, undefined, 13],
  ] as const)('TRAP S2-a: %s(%s) ends as %s', (how, given, status, type, message, severity) => {
    const operation = start('f');
    operation[how](given as never);
    operation.complete();
    const [, end, ...more] = outlets.takeEvents();
    expect(more).toEqual([]);
    expect(end).toMatchObject({ eventName: 'feature.operation.end', severity });
    expect(end?.attributes['feature.status']).toBe(status);
    expect(end?.attributes['error.type']).toBe(type);
    expect(end?.attributes[MESSAGE]).toBe(message);
    expect(end?.attributes['feature.reason']).toBe(how === 'cancel' ? given : undefined);
  });

  it('keeps the words of an error back when the settings say so', () => {
    configure({ errors: 'type' });
    start('f').fail(new TypeError('Ada is 37'));
    start('f').fail(new TypeError('Ada is 37'), 'no age');
    expect(told(MESSAGE, 'error.type').filter((_, i) => i % 2 === 1)).toEqual([
      ['end', undefined, 'TypeError'],
      ['end', 'no age', 'TypeError'],
    ]);
    configure({ errors: 'message' });
  });

  it('TRAP S2-a: several at a time are told apart', () => {
    const operations = ['a', 'b', 'c'].map((name) => start(name));
    vi.advanceTimersByTime(1000);
    operations.forEach((operation, i) => operation.update({ current: i }));
    expect(told('feature.name', CURRENT).slice(3)).toEqual([
      ['progress', 'a', 0],
      ['progress', 'b', 1],
      ['progress', 'c', 2],
    ]);
    expect(new Set(operations.map(({ id }) => id)).size).toBe(3);
    for (const operation of operations) operation.complete();
  });

  it('what was not ended when the process exits is told as cancelled', () => {
    const operation = start('f');
    told();
    process.emit('exit', 0);
    expect(told('feature.status', 'feature.reason')).toEqual([
      ['end', 'cancelled', 'process exited'],
    ]);
    expect(operation.state).toBe('ended');
  });
});

describe('an operation as a run', () => {
  it('is a span with its status, and its events belong to that trace', () => {
    const operation = start('sync', { category: 'database_operation', component: 'sync' });
    operation.run(() => {
      expect(currentFeature()?.name).toBe('sync');
    });
    operation.fail(new TypeError('no'));
    const [span, ...more] = memory.take();
    expect(more).toEqual([]);
    expect(span?.attributes).toMatchObject({
      'feature.name': 'sync',
      'feature.category': 'database_operation',
      'feature.component': 'sync',
      'feature.status': 'failed',
      'error.type': 'TypeError',
    });
    const traces = outlets.takeEvents().map(({ spanContext }) => spanContext?.spanId);
    expect(new Set(traces)).toEqual(new Set([span?.spanContext().spanId]));
  });

  it('keeps pauses and the last progress on its span, and tells a pause once', () => {
    const operation = start('sync', { estimatedItems: 10 });
    vi.advanceTimersByTime(1000);
    operation.update({ current: 5, total: 10 });
    vi.advanceTimersByTime(1000);
    operation.pause('quota');
    vi.advanceTimersByTime(3000);
    operation.resume();
    operation.cancel();
    expect(memory.take()[0]?.attributes).toMatchObject({
      'feature.progress': 0.5,
      'feature.active_duration': 2,
      'feature.paused_duration': 3,
      'feature.pause.count': 1,
    });
    expect(told()).toEqual(['start', 'progress', 'paused', 'resumed', 'end']);
  });

  it('belongs to the run of the same name that is under way', () => {
    tracedFeature('sync', () => start('sync').complete())();
    const spans = memory.take();
    expect(spans.map(({ name }) => name)).toEqual(['sync']);
    expect(outlets.takeEvents()[0]?.spanContext?.spanId).toBe(spans[0]?.spanContext().spanId);
  });

  it('is one of its own when it starts in what an earlier one of that name left behind', () => {
    const sync = (left: number): void => {
      const operation = start('sync');
      operation.complete();
      // As a timer does that was begun inside.
      if (left > 1) operation.run(() => sync(left - 1));
    };
    sync(4);
    expect(memory.take().map(({ name }) => name)).toEqual(['sync', 'sync', 'sync', 'sync']);
  });

  it.each<[string, () => void]>([
    ['of an excluded feature', () => configure({ exclude: ['secret'] })],
    ['with progress switched off', () => configure({ progressEnabled: false })],
  ])('%s keeps its facts out of the run around it', (_, set) => {
    set();
    const leak = (): void => {
      currentFeature()?.setMetadata('card', '4111');
      trackEvent('card_number_typed');
    };
    tracedFeature('outer', () => start('secret').run(leak))();
    expect(memory.take()[0]?.attributes).not.toHaveProperty(['feature.metadata.card']);
    expect(outlets.takeEvents().map(({ attributes }) => attributes['feature.name'])).toEqual([
      undefined,
    ]);
  });

  it('with progress switched off leaves the facts of a run of its name to that', () => {
    configure({ progressEnabled: false });
    tracedFeature('sync', () =>
      start('sync').run(() => currentFeature()?.setMetadata('rows', 7)),
    )();
    expect(memory.take()[0]?.attributes['feature.metadata.rows']).toBe(7);
  });

  it('of an excluded feature tells nobody outside', () => {
    configure({ exclude: ['secret'] });
    const operation = start('secret');
    operation.update({ current: 1 });
    operation.complete();
    expect(outlets.takeEvents()).toEqual([]);
    expect(memory.take()).toEqual([]);
    expect(operation.state).toBe('ended');
  });
});

describe('what is left', () => {
  let operation: Operation & Partial<OperationEvent>;
  beforeEach(() => {
    operation = start('f', { estimatedItems: 100 });
  });

  /** Updates once a second. */
  function steps(...counts: { current: number; total?: number }[]): void {
    for (const step of counts) {
      vi.advanceTimersByTime(1000);
      operation.update(step);
    }
  }

  it('follows from the rate', () => {
    steps({ current: 10, total: 100 }, { current: 20 }, { current: 30 });
    expect(operation.ratePerS).toBeCloseTo(10);
    expect(operation.etaS).toBeCloseTo(7);
    expect(operation.fraction).toBe(0.3);
    expect(operation.totalIsEstimate).toBe(false);
  });

  it('follows from the time at work, whatever is counted in a pause', () => {
    steps({ current: 10, total: 1000 }, { current: 20 }, { current: 30 });
    operation.pause();
    vi.advanceTimersByTime(60_000);
    operation.update({ current: 40 });
    vi.advanceTimersByTime(60_000);
    expect(operation.ratePerS).toBeUndefined();
    operation.resume();
    expect(operation.ratePerS).toBeCloseTo(10);
    // From here on five times as fast, which shows before the pause is made up for.
    steps(...Array.from({ length: 10 }, (_, i) => ({ current: 40 + (i + 1) * 50 })));
    expect(operation.ratePerS).toBeGreaterThan(30);
    expect(operation.ratePerS).toBeLessThan(50);
    vi.advanceTimersByTime(50_000);
    expect(operation.ratePerS).toBeLessThan(15);
  });

  it('is not said after a single small step', () => {
    steps({ current: 1 });
    expect(operation.etaS).toBeUndefined();
    steps({ current: 2 });
    expect(operation.etaS).toBeCloseTo(98);
  });

  it('is not known without a total; count and rate are', () => {
    const unknown = start('f') as typeof operation;
    vi.advanceTimersByTime(1000);
    unknown.update({ current: 40 });
    expect(unknown).toMatchObject({ current: 40, total: undefined });
    expect([unknown.etaS, unknown.fraction]).toEqual([undefined, undefined]);
    expect(unknown.ratePerS).toBeCloseTo(40);
    unknown.complete();
  });

  it('grows with the total', () => {
    steps({ current: 10, total: 100 }, { current: 20 }, { current: 30, total: 1030 });
    expect(operation.etaS).toBeCloseTo(100);
    expect(operation.fraction).toBeCloseTo(30 / 1030);
  });

  it('TRAP S2-a: is not said beyond the total, which was wrong then', () => {
    steps({ current: 60, total: 100 }, { current: 120 }, { current: 130 });
    expect(operation).toMatchObject({ totalIsEstimate: true, fraction: 0.99 });
    expect(operation.etaS).toBeUndefined();
    operation.complete();
    expect(operation.fraction).toBe(1);
  });

  it('does not count pauses, and is not said in one', () => {
    steps({ current: 10, total: 100 }, { current: 20 }, { current: 30 });
    operation.pause();
    expect([operation.etaS, operation.ratePerS]).toEqual([undefined, undefined]);
    vi.advanceTimersByTime(3_600_000);
    operation.resume();
    expect(operation.ratePerS).toBeCloseTo(10);
    expect(operation.etaS).toBeCloseTo(7);
    expect(operation.activeMs).toBeCloseTo(3000);
    expect(operation.durationMs).toBeCloseTo(3_603_000);
  });

  it('is not rushed by a count that an earlier attempt had reached', () => {
    operation.update({ current: 50 });
    steps({ current: 51 }, { current: 52 }, { current: 53 });
    expect(operation.ratePerS).toBeCloseTo(1);
    expect(operation.etaS).toBeCloseTo(47);
  });

  it.each([
    ['NaN', { current: Number.NaN, total: Number.NaN }],
    ['negative', { current: -1, total: -1 }],
    ['endless', { current: Infinity, total: Infinity }],
    ['text', { current: '7', total: '8' }],
    ['null', { current: null, total: null }],
  ])('takes %s numbers as not said', (_, numbers) => {
    steps({ current: 10 });
    operation.update(numbers as never);
    expect(operation).toMatchObject({ current: 10, total: 100, fraction: 0.1 });
  });

  it('a total of 0 is no fraction', () => {
    operation.update({ current: 0, total: 0 });
    expect(operation.fraction).toBeUndefined();
  });
});

describe('subscribers', () => {
  it('S2-16: several are told everything, each update included', () => {
    const seen: string[] = [];
    using _first = onOperation(({ kind, current }) => seen.push(`1 ${kind} ${current}`));
    const second = onOperation(({ kind }) => seen.push(`2 ${kind}`));
    const operation = start('f');
    operation.update({ current: 1, batch: 3 });
    second[Symbol.dispose]();
    operation.update({ current: 2 });
    operation.pause();
    operation.resume();
    operation.complete();
    expect(seen).toEqual([
      '1 start undefined',
      '2 start',
      '1 progress 1',
      '2 progress',
      '1 progress 2',
      '1 paused 2',
      '1 resumed 2',
      '1 end 2',
    ]);
  });

  it('S2-13: get a copy with time and facts, that does not change later', () => {
    const seen: OperationEvent[] = [];
    using _listening = onOperation((event) => seen.push(event));
    const operation = start('f', { estimatedItems: 10, unit: 'files' });
    operation.update({ message: 'first', current: 1, batch: 3 });
    operation.update({ message: 'second' });
    expect(seen[1]).toMatchObject({
      kind: 'progress',
      time: new Date(1_750_000_000_000),
      id: operation.id,
      name: 'f',
      message: 'first',
      current: 1,
      total: 10,
      fraction: 0.1,
      unit: 'files',
      state: 'running',
      facts: { batch: 3 },
    });
    operation.complete();
  });

  it('that throw harm neither the app nor each other', () => {
    const seen: string[] = [];
    using _bad = onOperation(() => {
      throw new Error('bad listener');
    });
    using _good = onOperation(({ kind }) => seen.push(kind));
    start('f').complete();
    expect(seen).toEqual(['start', 'end']);
  });
});

describe('an operation of a hostile app', () => {
  const refuse = (): never => {
    throw new Error('asked');
  };
  const getter = Object.defineProperty({}, 'message', {
    enumerable: true,
    get: refuse,
  });

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['text', 'progress'],
    ['a throwing getter', getter],
    ['a proxy', new Proxy({}, { ownKeys: refuse })],
  ])('may be updated with %s', (_, progress) => {
    const operation = start('f');
    operation.update(progress as never);
    operation.update({ current: 3 });
    operation.complete();
    expect(told()).toContain('end');
  });

  it('may have no name, a long one, and a message of a megabyte', () => {
    for (const name of ['', undefined as never, 'n'.repeat(1e6)]) start(name).complete();
    const operation = start('f');
    vi.advanceTimersByTime(1000);
    operation.update({ message: 'm'.repeat(1e6), dump: 'd'.repeat(1e6) });
    vi.advanceTimersByTime(1);
    const records: TakenRecord[] = outlets.takeEvents();
    expect(Math.max(...records.map((record) => JSON.stringify(record).length))).toBeLessThan(
      20_000,
    );
    operation.complete();
  });

  it('ends once', () => {
    const operation = start('f');
    operation.complete();
    operation.fail(new Error('late'));
    operation.cancel();
    operation.update({ current: 1 });
    operation.pause();
    operation.resume();
    operation[Symbol.dispose]();
    expect(told()).toEqual(['start', 'end']);
    expect(memory.take()).toHaveLength(1);
  });

  it('is completed by the end of its block', () => {
    {
      using _operation = start('f');
    }
    expect(told('feature.status')).toEqual([
      ['start', undefined],
      ['end', 'success'],
    ]);
  });
});

describe('progress that is off', () => {
  it('S2-17: gives one operation for all, which does nothing', () => {
    configure({ progressEnabled: false });
    const seen: unknown[] = [];
    using _listening = onOperation((event) => seen.push(event));
    const operation = start('f');
    expect(start('g')).toBe(operation);
    operation.update({ current: 1 });
    operation.pause();
    operation.resume();
    expect(operation.run(() => 7)).toBe(7);
    operation.complete();
    operation.fail(new Error('no'));
    operation.cancel();
    operation[Symbol.dispose]();
    expect([seen, outlets.takeEvents(), memory.take()]).toEqual([[], [], []]);
  });

  it('is not the same as tracking that is off: the people at this machine are still told', () => {
    configure({ enabled: false });
    const seen: string[] = [];
    using _listening = onOperation(({ kind }) => seen.push(kind));
    start('f').complete();
    expect(seen).toEqual(['start', 'end']);
    expect([outlets.takeEvents(), memory.take()]).toEqual([[], []]);
  });
});
