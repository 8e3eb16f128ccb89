/** Pauses, parts and progress of runs, under a clock that the test turns. */
import { SpanStatusCode } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { withFeatureContext } from '../context/context.ts';
import { configure } from '../settings/config.ts';
import { PauseClock } from './pause-clock.ts';
import { resumeFeature } from './resume-feature.ts';
import { fromToken, toToken } from './resume-token.ts';
import { startFeature } from './run.ts';

const memory = registerMemory();
const outlets = installOutlets();
const said: string[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['hrtime', 'performance', 'Date'] });
  vi.spyOn(console, 'warn').mockImplementation((text: string) => said.push(text));
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  memory.take();
  outlets.takeEvents();
  said.length = 0;
  configure({ enabled: true, exclude: [], minDurationS: 0 });
});

const seconds = (count: number): void => void vi.advanceTimersByTime(count * 1000);

describe('a pause clock', () => {
  it('parts all time into active and paused, whatever is called when', () => {
    const step = fc.tuple(
      fc.constantFrom<'pause' | 'resume' | 'wait'>('pause', 'resume', 'wait'),
      fc.nat(1e9),
    );
    fc.assert(
      fc.property(fc.array(step), fc.nat(1e9), fc.nat(1e9), (steps, activeNs, pausedNs) => {
        const clock = new PauseClock({ activeNs, pausedNs, pauseCount: 0 });
        let now = 0;
        let paused = 0;
        let isPaused = false;
        for (const [what, ns] of steps) {
          now += ns;
          if (isPaused) paused += ns;
          const changed = what !== 'wait' && clock[what](now);
          expect(changed).toBe(what === 'pause' ? !isPaused : what === 'resume' && isPaused);
          if (what !== 'wait') isPaused = what === 'pause';
          expect(clock.isPaused).toBe(isPaused);
          const time = clock.read(now);
          expect(time.activeNs + time.pausedNs).toBe(activeNs + pausedNs + now);
          expect(time.pausedNs).toBe(pausedNs + paused);
        }
      }),
    );
  });
});

describe('a run that is paused', () => {
  it('says its active and its paused time, and its tier is that of the active time', () => {
    const run = startFeature('approval');
    seconds(0.1);
    run.pause('waits for a person').pause();
    expect(run.paused).toBe(true);
    seconds(60);
    run.resume().resume();
    expect(run.paused).toBe(false);
    seconds(0.05);
    run.pause();
    seconds(1);
    run.complete();
    const [span] = memory.take();
    expect(span?.attributes).toMatchObject({
      'feature.active_duration': 0.15,
      'feature.paused_duration': 61,
      'feature.pause.count': 2,
      'feature.performance.tier': 'excellent',
      'feature.status': 'success',
    });
    expect(span?.duration[0]).toBe(61);
  });

  it('tells when it is paused and when it goes on', () => {
    const run = startFeature('approval');
    run.pause('lunch').pause();
    run.resume();
    run.complete();
    run.pause();
    expect(
      outlets
        .takeEvents()
        .map(({ eventName, attributes }) => [
          eventName,
          attributes['feature.name'],
          attributes['feature.reason'],
        ]),
    ).toEqual([
      ['feature.paused', 'approval', 'lunch'],
      ['feature.resumed', 'approval', undefined],
    ]);
  });

  it('has no such attributes when it never was', () => {
    startFeature('quick').resume().complete();
    const keys = Object.keys(memory.take()[0]?.attributes ?? {});
    expect(keys.filter((key) => /pause|active|segment|run\.id|progress/.test(key))).toEqual([]);
  });

  it('is left out by the shortest duration when its active time is shorter', () => {
    configure({ minDurationS: 1 });
    const run = startFeature('waiting').pause();
    seconds(10);
    run.complete();
    expect(memory.take()).toEqual([]);
  });
});

describe('a run that is suspended', () => {
  it('is parts with one id, each linked to the one before, and counted once', () => {
    const first = startFeature('import', { category: 'file_operation' }).setMetadata(
      'file',
      'a.csv',
    );
    seconds(2);
    const token = first.suspend();
    expect(first.suspend()).toBe('');
    first.complete();
    seconds(3600);
    const second = resumeFeature(token, { category: 'file_operation' });
    expect(second.name).toBe('import');
    expect(second.runId).toBe(first.runId);
    seconds(1);
    second.pause();
    seconds(4);
    const third = resumeFeature(second.suspend());
    seconds(0.5);
    third.complete({ rows: 3 });

    const [one, two, three, ...others] = memory.take();
    expect(others).toEqual([]);
    expect(one?.name).toBe('import');
    // An empty name is none: what counts runs does not count this part.
    expect(one?.attributes).toMatchObject({
      'feature.name': '',
      'feature.run.id': one?.spanContext().spanId,
      'feature.segment.index': 0,
      'feature.active_duration': 2,
      'feature.paused_duration': 0,
      'feature.metadata.file': 'a.csv',
      'session.kind': 'run',
    });
    expect(one?.attributes).not.toHaveProperty('feature.status');
    expect(two?.attributes).toMatchObject({
      'feature.name': '',
      'feature.run.id': one?.spanContext().spanId,
      'feature.segment.index': 1,
      'feature.active_duration': 3,
      'feature.paused_duration': expect.closeTo(3604, 0) as number,
      'feature.pause.count': 2,
    });
    expect(two?.links).toMatchObject([
      {
        context: { spanId: one?.spanContext().spanId, traceId: one?.spanContext().traceId },
        attributes: { 'feature.link.type': 'resumes' },
      },
    ]);
    expect(three?.links[0]?.context.spanId).toBe(two?.spanContext().spanId);
    expect(three?.attributes).toMatchObject({
      'feature.name': 'import',
      'feature.status': 'success',
      'feature.run.id': one?.spanContext().spanId,
      'feature.segment.index': 2,
      'feature.active_duration': 3.5,
      'feature.paused_duration': expect.closeTo(3604, 0) as number,
      'feature.pause.count': 2,
      'feature.performance.tier': 'slow',
    });
    expect(three?.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('is no longer under way, and counted where it ends', () => {
    const active = (): unknown =>
      outlets
        .collect()
        .filter(
          ({ kind, attributes }) => kind === 'sum' && attributes['feature.name'] === 'counted',
        )
        .map((point) => (point.kind === 'sum' ? point.value : undefined));
    const durations = (): number =>
      outlets
        .collect()
        .filter(
          ({ kind, attributes }) =>
            kind === 'histogram' && attributes['feature.name'] === 'counted',
        ).length;
    const run = startFeature('counted');
    expect(active()).toEqual([1]);
    const token = run.suspend();
    expect([active(), durations()]).toEqual([[0], 0]);
    resumeFeature(token).complete();
    expect([active(), durations()]).toEqual([[0], 1]);
  });

  it('goes on in a process whose clock is behind, without negative time', () => {
    const run = fromToken(startFeature('f').suspend());
    if (run === undefined) throw new Error('no token');
    resumeFeature(toToken({ ...run, suspendedAtMs: run.suspendedAtMs + 1e7 })).complete();
    expect(memory.take()[1]?.attributes['feature.paused_duration']).toBe(0);
  });

  it('records nothing for an excluded feature, and runs the work all the same', () => {
    configure({ exclude: ['f'] });
    const run = startFeature('f');
    expect(run.suspend()).toBe('');
    expect(resumeFeature('').run(() => 7)).toBe(7);
    expect(said).toEqual([]);
    configure({ exclude: [] });
    const token = startFeature('f').suspend();
    memory.take();
    configure({ exclude: ['f'] });
    resumeFeature(token).complete();
    expect(memory.take()).toEqual([]);
  });

  it('has a token that any damage makes none, and that is never believed more than a number', () => {
    const token = startFeature('f').suspend();
    const run = fromToken(token);
    expect(run === undefined ? undefined : toToken(run)).toBe(token);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.anything() as fc.Arbitrary<string>,
          fc.json().map((json) => `hw1.${Buffer.from(json).toString('base64url')}`),
          fc
            .array(fc.oneof(fc.string(), fc.double(), fc.constant('0'.repeat(16)), fc.nat()), {
              minLength: 10,
            })
            .map((fields) => `hw1.${Buffer.from(JSON.stringify(fields)).toString('base64url')}`),
          fc.nat(token.length - 1).map((at) => token.slice(0, at)),
        ),
        (damaged) => {
          expect(() => resumeFeature(damaged).complete()).not.toThrow();
        },
      ),
    );
    expect(memory.take().slice(1)).toEqual([]);
    expect(said.filter((line) => line.includes('needs a token')).length).toBeLessThanOrEqual(1);
  });
});

describe('a run says', () => {
  it.each<[number, number | undefined, number | undefined]>([
    [1, 4, 0.25],
    [9, 4, 1],
    [-1, 4, 0],
    [0.5, undefined, 0.5],
    [1, 0, undefined],
    [NaN, 4, undefined],
    [1, Infinity, undefined],
  ])('progress %d of %d as %d', (done, total, share) => {
    startFeature('f').progress(done, total).complete();
    expect(memory.take()[0]?.attributes['feature.progress']).toBe(share);
  });

  it('the last progress only', () => {
    startFeature('f').progress(1, 4).progress(2, 4).progress(NaN).complete();
    expect(memory.take()[0]?.attributes['feature.progress']).toBe(0.5);
  });

  it('its id when somebody asked for it', () => {
    const run = startFeature('f');
    const { runId } = run;
    run.complete();
    const [span] = memory.take();
    expect(runId).toBe(span?.spanContext().spanId);
    expect(span?.attributes['feature.run.id']).toBe(runId);
  });

  it('attributes of the app under their own names, ours excepted', () => {
    startFeature('f')
      .setAttribute('shop.id', 7)
      .setAttributes({
        'shop.names': ['a', 'b'],
        'feature.name': 'g',
        'user.id': 'ada',
        secret: 's',
      })
      .setAttributes(null as never)
      .setAttribute('shop.object', {} as never)
      .complete();
    const attributes = memory.take()[0]?.attributes;
    expect(attributes).toMatchObject({
      'shop.id': 7,
      'shop.names': ['a', 'b'],
      'feature.name': 'f',
    });
    expect(Object.keys(attributes ?? {})).not.toEqual(expect.arrayContaining(['secret']));
    expect(attributes).not.toHaveProperty(['user.id']);
    expect(attributes).not.toHaveProperty(['shop.object']);
  });

  it('events with its trace, its user and its name', () => {
    configure({ hashKey: 'k'.repeat(32) });
    const run = withFeatureContext({ sessionId: 's-1' }, () =>
      startFeature('checkout').setUser('ada@x.org'),
    );
    run.event('paid', { amount: 3, token: 't', note: 'of ada@x.org' });
    run.complete();
    run.event('late');
    const [event, ...others] = outlets.takeEvents();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      eventName: 'paid',
      spanContext: memory.take()[0]?.spanContext(),
      attributes: {
        'feature.name': 'checkout',
        'session.id': 's-1',
        'user.hash': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        amount: 3,
        note: 'of [redacted]',
      },
    });
    expect(event?.attributes).not.toHaveProperty('token');
  });

  it('nothing after its end, and ends with its block', async () => {
    await startFeature('f').setMetadata('a', 1)[Symbol.asyncDispose]();
    const run = startFeature('g');
    run[Symbol.dispose]();
    run.pause().resume().progress(1).setAttribute('a', 1).event('e').fail();
    expect(run.paused).toBe(false);
    const [f, g, ...others] = memory.take();
    expect(f?.attributes['feature.metadata.a']).toBe(1);
    expect(g?.attributes['feature.status']).toBe('success');
    expect(g?.attributes).not.toHaveProperty('a');
    expect(others).toEqual([]);
  });
});

describe('the options of a feature', () => {
  it('may begin a trace of its own, linked to others', () => {
    const outer = startFeature('outer');
    const link = { context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } };
    outer.run(() => startFeature('inner', { root: true, links: [link] }).complete());
    outer.run(() => startFeature('child').complete());
    outer.complete();
    const [inner, child, around] = memory.take();
    expect(inner?.spanContext().traceId).not.toBe(around?.spanContext().traceId);
    expect(inner?.links[0]?.context.spanId).toBe('2'.repeat(16));
    expect(child?.spanContext().traceId).toBe(around?.spanContext().traceId);
  });
});
