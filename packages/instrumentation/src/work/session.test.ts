/** Work sessions: the whole table of states, the time they count, and the events they leave. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { TrackingError } from '../errors.ts';
import { startFeature } from '../run/run.ts';
import { configure } from '../settings/config.ts';
import { sessionHistory } from './session-history.ts';
import { startSession, withSession } from './session.ts';
import { type WorkSession } from './work-session.ts';
import { SESSION_MOVES, type SessionMove, type SessionState } from './session-states.ts';

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

/** A session in the state, by legal moves. */
function sessionIn(state: Exclude<SessionState, 'idle'>): WorkSession {
  const session = startSession(fresh());
  if (state === 'paused') session.pause();
  if (state === 'ended') session.stop();
  return session;
}

const moves = (['active', 'paused', 'ended'] as const).flatMap((state) =>
  (['start', 'pause', 'resume', 'stop'] as const).map(
    (move) => [state, move, SESSION_MOVES[state][move]] as const,
  ),
);

function make(session: WorkSession, move: SessionMove): WorkSession {
  if (move === 'start') return startSession(session.component);
  session[move]();
  return session;
}

describe('the states of a session', () => {
  const legal = moves.filter(([, , outcome]) => Object.hasOwn(SESSION_MOVES, outcome));
  const illegal = moves.filter((row) => !legal.includes(row));

  it.each(legal)('TRAP S0-a: %s, then %s, gives %s', (state, move, outcome) => {
    const session = make(sessionIn(state), move);
    expect(session.state).toBe(outcome);
    session.stop();
  });

  it.each(illegal)('TRAP S0-a: %s, then %s, throws %s', (state, move, code) => {
    const session = sessionIn(state);
    const attempt = (): unknown => make(session, move);
    expect(attempt).toThrow(TrackingError);
    expect(attempt).toThrow(`"${session.component}"`);
    expect(attempt).toThrow(expect.objectContaining({ code, retryable: false }));
    expect(session.state).toBe(state);
    session.stop();
  });

  it('S0-13: a session without a name is refused with a code', () => {
    for (const name of ['', '  ', undefined as never, 7 as never]) {
      expect(() => startSession(name)).toThrow(
        expect.objectContaining({ code: 'TRACKING_NAME_INVALID' }),
      );
    }
  });

  it('TRAP S0-b: several components at a time, and one component twice when asked for', () => {
    const name = fresh();
    using first = startSession(name);
    using other = startSession(fresh());
    using second = startSession(name, { concurrent: true });
    expect([first.state, other.state, second.state]).toEqual(['active', 'active', 'active']);
    expect(new Set([first.id, other.id, second.id]).size).toBe(3);
  });

  it('TRAP S0-c: stopping never throws, however often', () => {
    const session = sessionIn('ended');
    expect(session.stop()).toEqual(session.stop());
  });
});

test('the guide shows the table of states as it is', () => {
  const guide = new URL('../../../../docs/guides/progress.md', import.meta.url);
  const rows = Object.entries(SESSION_MOVES).map(([state, cells]) =>
    [state, cells.start, cells.pause, cells.resume, cells.stop]
      .map((cell) => (Object.hasOwn(SESSION_MOVES, cell) ? cell : `\`${cell}\``))
      .join(' | '),
  );
  const shown = readFileSync(guide, 'utf8')
    .replaceAll(/ +\|/g, ' |')
    .replace('active, a new session', 'active');
  for (const row of rows) expect(shown).toContain(`| ${row} |`);
});

describe('the time of a session', () => {
  it('S0-04: does not count pauses as active', () => {
    const session = startSession(fresh());
    vi.advanceTimersByTime(2000);
    session.pause('lunch');
    vi.advanceTimersByTime(30_000);
    session.resume();
    vi.advanceTimersByTime(500);
    session.pause();
    vi.advanceTimersByTime(1000);
    const summary = session.stop('done');
    expect(summary).toMatchObject({
      component: session.component,
      state: 'ended',
      durationMs: 33_500,
      activeMs: 2500,
      pausedMs: 31_000,
      pauseCount: 2,
      reason: 'done',
    });
    expect(summary.endedAt!.getTime() - summary.startedAt.getTime()).toBe(33_500);
    vi.advanceTimersByTime(5000);
    expect(session.status()).toEqual(summary);
  });

  it('S0-07: can be asked for while it goes on', () => {
    const session = startSession(fresh(), { metadata: { branch: 'main' } });
    vi.advanceTimersByTime(700);
    expect(session.status()).toMatchObject({
      state: 'active',
      activeMs: 700,
      pausedMs: 0,
      metadata: { branch: 'main' },
    });
    expect(session.status()).not.toHaveProperty('endedAt');
    session.stop();
  });
});

describe('the events of a session', () => {
  it('tell start, pause, resume and end at once, with id, kind and component', () => {
    const name = fresh();
    const session = startSession(name, { metadata: { branch: 'main' } });
    vi.advanceTimersByTime(1000);
    session.pause('lunch');
    vi.advanceTimersByTime(4000);
    session.resume();
    session.stop();
    const same = { 'session.id': session.id, 'session.kind': 'work', 'feature.component': name };
    expect(
      outlets
        .takeEvents()
        .map(({ eventName, attributes, urgency }) => ({ eventName, attributes, urgency })),
    ).toEqual([
      {
        eventName: 'session.start',
        urgency: 'now',
        attributes: { ...same, 'feature.metadata.branch': 'main' },
      },
      {
        eventName: 'feature.paused',
        urgency: 'now',
        attributes: { ...same, 'feature.reason': 'lunch' },
      },
      { eventName: 'feature.resumed', urgency: 'now', attributes: same },
      {
        eventName: 'session.end',
        urgency: 'now',
        attributes: {
          ...same,
          'feature.active_duration': 1,
          'feature.paused_duration': 4,
          'feature.pause.count': 1,
        },
      },
    ]);
  });

  it('S2-91: the id tells kind and time', () => {
    using session = startSession(fresh());
    expect(session.id).toMatch(/^work-20250615-150640-[0-9a-f]{8}$/);
  });

  it('name the session before, when a component is started again', () => {
    const name = fresh();
    const first = startSession(name);
    first.stop();
    const second = startSession(name);
    second.stop();
    expect(second.status().previousId).toBe(first.id);
    expect(outlets.takeEvents()[2]?.attributes).toMatchObject({
      'session.id': second.id,
      'session.previous_id': first.id,
    });
  });

  it('stay away when tracking is off; the states go on', () => {
    configure({ enabled: false });
    const session = startSession(fresh());
    session.pause();
    session.stop();
    expect(outlets.takeEvents()).toEqual([]);
    expect(session.state).toBe('ended');
    configure({ enabled: true });
  });
});

describe('work inside of a session', () => {
  it('carries its id', () => {
    const session = startSession(fresh());
    session.run(() => startFeature('build').complete());
    session.stop();
    expect(memory.take()[0]?.attributes).toMatchObject({
      'session.id': session.id,
      'session.kind': 'work',
    });
  });

  it('S0-18: a session closes itself, whichever way its block is left', async () => {
    const name = fresh();
    const states = () => sessionHistory(name).map(({ state }) => state);
    {
      using _session = startSession(name);
      expect(states()).toEqual(['active']);
    }
    {
      // oxlint-disable-next-line typescript/await-thenable -- it is async disposable as well
      await using _session = startSession(name);
    }
    expect(withSession(name, () => 7)).toBe(7);
    expect(states()).toEqual(['ended', 'ended', 'ended']);
    const failure = new Error('no');
    expect(() =>
      withSession(name, () => {
        throw failure;
      }),
    ).toThrow(failure);
    const pending = withSession(name, async () => Promise.reject(failure));
    expect(states().at(-1)).toBe('active');
    await expect(pending).rejects.toBe(failure);
    expect(states()).toEqual(['ended', 'ended', 'ended', 'ended', 'ended']);
  });
});

describe('the history', () => {
  it('S0-08, S0-09: has all sessions, or those of a component, oldest first', () => {
    const name = fresh();
    const ids = [1, 2].map(() => startSession(name).stop().id);
    expect(sessionHistory(name).map(({ id }) => id)).toEqual(ids);
    expect(sessionHistory().map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  });

  it('keeps the last thousand', () => {
    const name = fresh();
    for (let i = 0; i < 1200; i++) startSession(name, { metadata: { i } }).stop();
    expect(sessionHistory()).toHaveLength(1000);
    expect(sessionHistory().at(-1)?.metadata).toEqual({ i: 1199 });
  });

  it('S0-51: says when a thousand were never stopped', () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const name = fresh();
    const open = Array.from({ length: 1001 }, () => startSession(name, { concurrent: true }));
    expect(warned.mock.calls.flat().join()).toContain(name);
    for (const session of open) session.stop();
    warned.mockRestore();
  });
});
