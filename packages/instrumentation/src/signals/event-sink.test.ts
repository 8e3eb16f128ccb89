/** Events on their way out: who acted, where it happened, and nothing larger than it may be. */
import { context, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { withFeatureContext } from '../context/context.ts';
import { startFeature } from '../run/run.ts';
import { runtime } from '../runtime.ts';
import { configure } from '../settings/config.ts';
import { emitEvent, takesEvents } from './event-sink.ts';

registerMemory();
const outlets = installOutlets();

afterEach(() => {
  outlets.takeEvents();
  configure({ enabled: true });
});

function emitted(emit: () => void): ReturnType<typeof outlets.takeEvents>[number] {
  emit();
  const [record] = outlets.takeEvents();
  if (record === undefined) throw new Error('no event was emitted');
  return record;
}

describe('an event', () => {
  it('carries session, user, feature and the span that is under way', () => {
    configure({ hashKey: 'k'.repeat(32) });
    const run = startFeature('checkout');
    let spanContext;
    const record = emitted(() =>
      withFeatureContext({ userId: 'ada', sessionId: 's-1' }, () =>
        run.run(() => {
          spanContext = trace.getSpanContext(context.active());
          emitEvent('cart_item_added', {}, { items: 2 });
        }),
      ),
    );
    expect(record).toMatchObject({
      eventName: 'cart_item_added',
      severity: 9,
      urgency: 'batch',
      spanContext,
      scope: { name: '@heartwood/instrumentation' },
      attributes: { 'feature.name': 'checkout', items: 2 },
    });
    expect(spanContext).toBeDefined();
  });

  it('carries the session of the process and no span outside of everything', () => {
    const record = emitted(() => emitEvent('app_started', {}));
    expect(record.spanContext).toBeUndefined();
    expect(record.attributes).toEqual({
      'session.id': expect.stringMatching(/./) as string,
      'session.kind': 'run',
    });
  });

  it('never says a user id that is to be hashed', () => {
    configure({ hashKey: 'k'.repeat(32) });
    const record = emitted(() =>
      withFeatureContext({ userId: 'ada@example.com' }, () => emitEvent('e', {})),
    );
    expect(JSON.stringify(record)).not.toContain('ada@');
    expect(record.attributes['user.hash']).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is cut to its limits and marked', () => {
    const record = emitted(() =>
      emitEvent('n'.repeat(900), { ours: 'ä'.repeat(90_000) }, { text: 'ä'.repeat(90_000) }),
    );
    expect(record.eventName).toHaveLength(200);
    expect(Buffer.byteLength(record.attributes['text'] as string)).toBe(4096);
    expect(Buffer.byteLength(record.attributes['ours'] as string)).toBe(4096);
    expect(record.attributes['feature.truncated']).toBe(true);
  });

  it('is not made when tracking is off, nor when nobody takes it', () => {
    configure({ enabled: false });
    expect(takesEvents()).toBe(false);
    emitEvent('e', {});
    expect(outlets.takeEvents()).toEqual([]);
    configure({ enabled: true });
    expect(takesEvents()).toBe(true);
    outlets[Symbol.dispose]();
    expect(runtime().logs).toBeUndefined();
    expect(takesEvents()).toBe(false);
    emitEvent('e', {});
    expect(outlets.takeEvents()).toEqual([]);
  });
});
