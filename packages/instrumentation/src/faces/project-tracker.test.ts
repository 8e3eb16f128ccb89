/** The project tracker: sessions in its words, and its reports. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { TrackingError } from '../errors.ts';
import { startFeature } from '../run/run.ts';
import { ProjectTracker } from './project-tracker.ts';

const memory = registerMemory();
const outlets = installOutlets();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'hrtime', 'performance'], now: 1_750_000_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
  outlets.takeEvents();
  memory.take();
});

let count = 0;
const fresh = (): string => `component_${count++}`;
const code = (value: string) => expect.objectContaining({ code: value });

describe('a tracker', () => {
  it('S0-01: needs no arguments', () => {
    const tracker = new ProjectTracker();
    expect(tracker.getCurrentStatus()).toEqual({ current: undefined, open: [] });
    expect(outlets.takeEvents()).toEqual([]);
  });

  it('S0-02, S0-20: starts by itself when told to, of the component of its configuration', () => {
    const component = fresh();
    const tracker = new ProjectTracker({ autoStart: true, component });
    expect(tracker.isComponentActive(component)).toBe(true);
    tracker.stopTracking();
    expect(new ProjectTracker({ component }).isComponentActive(component)).toBe(false);
    const unnamed = new ProjectTracker({ autoStart: true });
    expect(unnamed.stopTracking()?.component).toBe('project');
  });

  it('S0-21: logs each change where that is switched on', () => {
    const component = fresh();
    const lines = (loggingEnabled: boolean): (string | undefined)[] => {
      const tracker = new ProjectTracker({ loggingEnabled });
      tracker.startTracking(component);
      tracker.pauseTracking();
      tracker.resumeTracking();
      tracker.stopTracking();
      return outlets
        .takeEvents()
        .flatMap(({ eventName, body }) => (eventName === '' ? [body] : []));
    };
    expect(lines(true)).toEqual(
      ['started', 'paused', 'resumed', 'stopped'].map((did) => `tracking of ${component} ${did}`),
    );
    expect(lines(false)).toEqual([]);
  });

  it('S0-22: sums up in detail, or briefly', () => {
    const brief = new ProjectTracker({ summaryFormat: 'brief' });
    brief.startTracking(fresh());
    expect(Object.keys(brief.stopTracking() ?? {})).toEqual([
      'component',
      'state',
      'durationMs',
      'activeMs',
      'pausedMs',
    ]);
    const detailed = new ProjectTracker({ summaryFormat: 'detailed' });
    detailed.startTracking(fresh());
    expect(detailed.stopTracking()).toHaveProperty('pauseCount', 0);
  });
});

describe('a session', () => {
  it('S0-03, S0-04, S0-05, S0-06: is started, paused, resumed and stopped, which sums it up', () => {
    const tracker = new ProjectTracker();
    const component = fresh();
    tracker.startTracking(component);
    vi.advanceTimersByTime(2000);
    tracker.pauseTracking();
    expect(tracker.isComponentActive(component)).toBe(false);
    vi.advanceTimersByTime(30_000);
    tracker.resumeTracking();
    vi.advanceTimersByTime(500);
    expect(tracker.stopTracking()).toMatchObject({
      component,
      state: 'ended',
      durationMs: 32_500,
      activeMs: 2500,
      pausedMs: 30_000,
      pauseCount: 1,
    });
    expect(outlets.takeEvents().map(({ eventName }) => eventName)).toEqual([
      'session.start',
      'feature.paused',
      'feature.resumed',
      'session.end',
    ]);
  });

  it('S0-07: has a status while it goes on', () => {
    const tracker = new ProjectTracker();
    const [first, second] = [fresh(), fresh()];
    tracker.startTracking(first);
    vi.advanceTimersByTime(700);
    tracker.startTracking(second);
    const { current, open } = tracker.getCurrentStatus();
    expect(current).toMatchObject({ component: second, state: 'active', activeMs: 0 });
    expect(open).toMatchObject([{ component: first, activeMs: 700 }, { component: second }]);
    tracker.stopTracking();
    expect(tracker.getCurrentStatus().current).toMatchObject({ component: first });
    tracker.stopTracking();
    expect(tracker.getCurrentStatus()).toEqual({ current: undefined, open: [] });
  });

  it('S0-12: tells which components are active, TRAP S0-b: several at a time', () => {
    const tracker = new ProjectTracker();
    const [first, second] = [fresh(), fresh()];
    tracker.startTracking(first);
    tracker.startTracking(second);
    tracker.stopTracking(first);
    expect([first, second].map((name) => tracker.isComponentActive(name))).toEqual([false, true]);
    expect(tracker.stopTracking()).toMatchObject({ component: second });
  });

  it.each([
    [
      'paused before it was started',
      (t: ProjectTracker) => t.pauseTracking(),
      'TRACKING_NOT_STARTED',
    ],
    [
      'resumed before it was started',
      (t: ProjectTracker) => t.resumeTracking(),
      'TRACKING_NOT_STARTED',
    ],
    [
      'resumed while active',
      (t: ProjectTracker) => {
        t.startTracking(fresh());
        t.resumeTracking();
      },
      'TRACKING_NOT_PAUSED',
    ],
    [
      'paused twice',
      (t: ProjectTracker) => {
        t.startTracking(fresh());
        t.pauseTracking();
        t.pauseTracking();
      },
      'TRACKING_ALREADY_PAUSED',
    ],
    [
      'paused after its end',
      (t: ProjectTracker) => {
        t.startTracking(fresh());
        t.stopTracking();
        t.pauseTracking();
      },
      'TRACKING_ENDED',
    ],
    [
      'started twice',
      (t: ProjectTracker) => {
        const c = fresh();
        t.startTracking(c);
        t.startTracking(c);
      },
      'TRACKING_ALREADY_ACTIVE',
    ],
    [
      'started without a name',
      (t: ProjectTracker) => t.startTracking(' '),
      'TRACKING_NAME_INVALID',
    ],
  ])('S0-13: %s, throws with a code', (_, attempt, expected) => {
    const tracker = new ProjectTracker();
    const result = (): unknown => attempt(tracker);
    let thrown: unknown;
    try {
      result();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TrackingError);
    expect(thrown).toEqual(code(expected));
    tracker.stopTracking();
  });

  it('S0-13, TRAP S0-c: what has ended is found by its component, whatever ended after it', () => {
    const tracker = new ProjectTracker();
    const [first, second] = [fresh(), fresh()];
    tracker.startTracking(first);
    tracker.startTracking(second);
    tracker.stopTracking(second);
    const summary = tracker.stopTracking(first);
    expect(tracker.stopTracking(first)).toEqual(summary);
    expect(tracker.stopTracking(second)).toMatchObject({ component: second });
    // Without a name the one that ended last is meant, not the one that was asked for last.
    expect(tracker.stopTracking()).toEqual(summary);
    for (const name of [first, second]) {
      expect(() => tracker.pauseTracking(name)).toThrow(code('TRACKING_ENDED'));
      expect(() => tracker.resumeTracking(name)).toThrow(code('TRACKING_ENDED'));
    }
    expect(() => tracker.pauseTracking('nobody')).toThrow(code('TRACKING_NOT_STARTED'));
  });

  it('TRAP S0-c: stopping never throws, started or not, once or twice', () => {
    const tracker = new ProjectTracker();
    expect(tracker.stopTracking()).toBeUndefined();
    expect(tracker.stopTracking('nobody')).toBeUndefined();
    tracker.startTracking(fresh());
    expect(tracker.stopTracking()).toEqual(tracker.stopTracking());
  });

  it('S0-18: closes itself around a function, and what runs in it carries its id', async () => {
    const tracker = new ProjectTracker();
    const component = fresh();
    tracker.run(component, () => startFeature('build').complete());
    const failure = new Error('no');
    expect(() =>
      tracker.run(component, () => {
        throw failure;
      }),
    ).toThrow(failure);
    const pending = tracker.run(component, async () => Promise.reject(failure));
    expect(tracker.isComponentActive(component)).toBe(true);
    await expect(pending).rejects.toBe(failure);
    const history = tracker.getComponentHistory(component);
    expect(history.map(({ state }) => state)).toEqual(['ended', 'ended', 'ended']);
    expect(memory.take()[0]?.attributes['session.id']).toBe(history[0]?.id);
  });

  it('S0-19: many are tracked at once: all, or none', () => {
    const tracker = new ProjectTracker();
    const names = [fresh(), fresh(), fresh()];
    {
      using _all = tracker.trackMany(names);
      expect(names.map((name) => tracker.isComponentActive(name))).toEqual([true, true, true]);
    }
    expect(tracker.getCurrentStatus().open).toEqual([]);
    expect(
      tracker
        .trackMany(names)
        .stop()
        .map(({ component }) => component),
    ).toEqual(names);
    expect(() => tracker.trackMany([names[0] ?? '', ''])).toThrow(code('TRACKING_NAME_INVALID'));
    expect(tracker.getCurrentStatus().open).toEqual([]);
  });
});

describe('history and numbers', () => {
  it('S0-08, S0-09: have all sessions, or those of a component, oldest first', () => {
    const tracker = new ProjectTracker();
    const component = fresh();
    tracker.run(component, () => {});
    tracker.run(fresh(), () => {});
    tracker.run(component, () => {});
    expect(tracker.getComponentHistory(component)).toHaveLength(2);
    const all = tracker.getTrackingHistory();
    expect(all.slice(-3).map((session) => session.component)).toEqual([
      component,
      expect.any(String),
      component,
    ]);
    expect(all.at(-1)?.previousId).toBe(all.at(-3)?.id);
  });

  it('S0-10: sum activity up by component, most active first', () => {
    const tracker = new ProjectTracker();
    const [little, much] = [fresh(), fresh()];
    tracker.run(little, () => vi.advanceTimersByTime(10));
    tracker.run(much, () => vi.advanceTimersByTime(1_000_000));
    tracker.run(much, () => vi.advanceTimersByTime(500));
    const { components, ...totals } = tracker.getActivitySummary();
    expect(components[0]).toEqual({
      component: much,
      sessions: 2,
      openSessions: 0,
      durationMs: 1_000_500,
      activeMs: 1_000_500,
      pausedMs: 0,
    });
    expect(components).toContainEqual(expect.objectContaining({ component: little, activeMs: 10 }));
    expect(totals.sessions).toBe(components.reduce((sum, { sessions }) => sum + sessions, 0));
  });

  it('S0-11: have means and shares', () => {
    const tracker = new ProjectTracker();
    tracker.run(fresh(), () => vi.advanceTimersByTime(5_000_000));
    const metrics = tracker.getTrackingMetrics();
    expect(metrics.longestActiveMs).toBe(5_000_000);
    expect(metrics.meanActiveMs).toBeCloseTo(metrics.activeMs / metrics.sessions);
    expect(metrics.activeShare).toBeCloseTo(metrics.activeMs / metrics.durationMs);
  });

  it('S0-16, S0-61: leave as JSON', () => {
    const tracker = new ProjectTracker();
    tracker.run(fresh(), () => {});
    const { metrics, sessions } = JSON.parse(tracker.exportMetrics('json'));
    expect(sessions).toHaveLength(metrics.sessions);
    expect(sessions.at(-1)).toMatchObject({
      state: 'ended',
      startedAt: '2025-06-15T15:06:40.000Z',
    });
  });

  it('S0-17, S0-61: leave as CSV that no spreadsheet takes for formulas', () => {
    const tracker = new ProjectTracker();
    tracker.run('=HYPERLINK("x"), odd', () => {});
    const [head, ...rows] = tracker.exportMetrics('csv').trimEnd().split('\r\n');
    expect(head).toBe(
      'id,component,state,startedAt,endedAt,durationMs,activeMs,pausedMs,pauseCount,reason',
    );
    expect(rows).toHaveLength(tracker.getTrackingHistory().length);
    expect(rows.at(-1)).toContain(`,"'=HYPERLINK(""x""), odd",ended,2025-06-15T15:06:40.000Z,`);
  });
});

describe('on a build server', () => {
  it('S0-14: sessions carry what it says about the build', () => {
    const tracker = new ProjectTracker();
    tracker.enableCiMode({ GITHUB_RUN_ID: '17', GITHUB_SHA: 'abc', CI_COMMIT_REF_NAME: 'main' });
    tracker.run('build_process', () => {});
    expect(outlets.takeEvents()[0]?.attributes).toMatchObject({
      'feature.metadata.ci.mode': 'true',
      'feature.metadata.ci.build': '17',
      'feature.metadata.ci.commit': 'abc',
      'feature.metadata.ci.branch': 'main',
    });
  });

  it('S0-15, S0-60: a build is tracked and reported, on request into a file', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'heartwood-ci-'));
    const tracker = new ProjectTracker();
    tracker.enableCiMode({ BUILD_NUMBER: '17' });
    tracker.startTracking('build_process');
    vi.advanceTimersByTime(1500);
    const file = path.join(folder, 'report.json');
    const text = tracker.exportCiReport(tracker.stopTracking(), file);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(JSON.parse(text)).toMatchObject({
      ci: { 'ci.build': '17' },
      summary: { component: 'build_process', activeMs: 1500 },
      metrics: { sessions: expect.any(Number) },
    });
    expect(JSON.parse(tracker.exportCiReport(undefined))).toMatchObject({ summary: null });
    rmSync(folder, { recursive: true });
  });
});
