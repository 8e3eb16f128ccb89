/** Who acts in a run and in what is inside of it: whoever was named last from there outwards. */
import { trace } from '@opentelemetry/api';
import { ATTR_USER_HASH } from '@heartwood/semconv';
import { afterAll, afterEach, expect, it } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { toUserIdentity } from '../privacy/privacy.ts';
import { startFeature } from '../run/run.ts';
import { install } from '../runtime.ts';
import { configure } from '../settings/config.ts';
import { trackEvent } from '../work/event.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';
import { currentFeature, withFeatureContext } from './context.ts';

const memory = registerMemory();
const outlets = installOutlets();
configure({ hashKey: 'k'.repeat(32), exclude: ['excluded'] });
afterAll(() => configure({ exclude: [] }));
afterEach(() => void outlets.takeEvents());

const inner = tracedFeature('inner', () => trackEvent('inner_seen'));
const tell = (userId: string): void => void currentFeature()?.setUser(userId);

it.each<[string, string | undefined, () => void]>([
  ['nobody outside of everything', undefined, () => inner()],
  [
    'the user that the options of the run around it name',
    'ada',
    () => tracedFeature('outer', { userId: () => 'ada' }, () => inner())(),
  ],
  [
    'the user that the run around it was told',
    'ada',
    () => tracedFeature('outer', () => (tell('ada'), inner()))(),
  ],
  [
    'the user that a run further out was told',
    'ada',
    () => {
      const middle = tracedFeature('middle', () => inner());
      tracedFeature('outer', () => (tell('ada'), middle()))();
    },
  ],
  [
    'the user that the run was told, rather than that of the context around it',
    'ada',
    () =>
      withFeatureContext({ userId: 'bob' }, () =>
        tracedFeature('outer', () => (tell('ada'), inner()))(),
      ),
  ],
  [
    'the user of the context around the run, rather than that of its options',
    'ada',
    () =>
      withFeatureContext({ userId: 'ada' }, () =>
        tracedFeature('outer', { userId: 'bob' }, () => inner())(),
      ),
  ],
  [
    'the user of a context inside the run',
    'ada',
    () =>
      tracedFeature('outer', { userId: 'bob' }, () =>
        withFeatureContext({ userId: 'ada' }, () => inner()),
      )(),
  ],
  [
    'the user of a context inside the run, whatever the run is told later',
    'ada',
    () => {
      const run = startFeature('outer');
      run.run(() =>
        withFeatureContext({ userId: 'ada' }, () => {
          run.setUser('bob');
          inner();
        }),
      );
      run.complete();
    },
  ],
  [
    'the user of the run inside a context that names only a session',
    'ada',
    () =>
      tracedFeature('outer', { userId: 'ada' }, () =>
        withFeatureContext({ sessionId: 's-1' }, () => inner()),
      )(),
  ],
  [
    'the user that the run is told inside a context that names only a session',
    'ada',
    () =>
      tracedFeature('outer', { userId: 'bob' }, () =>
        withFeatureContext({ sessionId: 's-1' }, () => (tell('ada'), inner())),
      )(),
  ],
  [
    'the user of its own options, rather than that of the run around it',
    'ada',
    () => {
      const own = tracedFeature('own', { userId: 'ada' }, () => inner());
      tracedFeature('outer', { userId: 'bob' }, () => own())();
    },
  ],
  [
    'the user of a run beyond one that is excluded',
    'ada',
    () => {
      const excluded = tracedFeature('excluded', () => inner());
      tracedFeature('outer', { userId: 'ada' }, () => excluded())();
    },
  ],
  [
    'the user of a run beyond a span of the app',
    'ada',
    () =>
      tracedFeature('outer', { userId: 'ada' }, () =>
        trace.getTracer('app').startActiveSpan('by hand', (span) => {
          inner();
          span.end();
        }),
      )(),
  ],
  [
    'a user whose id is a number',
    '4711',
    () => withFeatureContext({ userId: 4711 }, () => inner()),
  ],
])('in a run acts %s', (_, userId, act) => {
  act();
  const [event] = outlets.takeEvents();
  const expected = userId === undefined ? undefined : toUserIdentity(userId).hash;
  const span = memory.take().find(({ name }) => name === 'inner');
  expect(span?.attributes[ATTR_USER_HASH]).toBe(expected);
  expect(event?.attributes[ATTR_USER_HASH]).toBe(expected);
});

it('a session named inside a run is that of what is inside, with the user of the run', () => {
  tracedFeature('outer', { userId: 'ada' }, () =>
    withFeatureContext({ sessionId: 's-1' }, () => inner()),
  )();
  expect(memory.take().find(({ name }) => name === 'inner')?.attributes).toMatchObject({
    'session.id': 's-1',
    'session.kind': 'visit',
  });
});

it('the options of a run that no sampler wants name the user of events inside', () => {
  const unsampled = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 0 };
  const restore = install({
    engine: { begin: () => trace.wrapSpanContext(unsampled), finish: () => {} },
  });
  try {
    let asked = 0;
    const outer = tracedFeature('outer', { userId: () => (asked++, 'ada') }, (speaks: boolean) => {
      if (speaks) trackEvent('outer_seen', { note: 'of ada' });
      if (speaks) trackEvent('outer_seen', { note: 'of ada' });
    });
    outer(false);
    expect(asked).toBe(0);
    outer(true);
    expect(asked).toBe(1);
    const { hash } = toUserIdentity('ada');
    const events = outlets.takeEvents();
    expect(events.map(({ attributes }) => attributes[ATTR_USER_HASH])).toEqual([hash, hash]);
  } finally {
    restore();
  }
});
