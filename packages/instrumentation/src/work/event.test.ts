/** Events of the app and feedback: what is sent, what is checked, and what never leaves. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ATTR_FEATURE_NAME, EVENT_FEATURE_VIEWED } from '@heartwood/semconv';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets, type TakenRecord } from '../../testing/outlets.ts';
import { configure } from '../settings/config.ts';
import { trackEvent } from './event.ts';
import { feedback } from './feedback.ts';
import { setTrackingPlan } from './plan-check.ts';

registerMemory();
const outlets = installOutlets();
const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
const folder = mkdtempSync(join(tmpdir(), 'plan-'));

afterEach(() => {
  outlets.takeEvents();
  warned.mockClear();
  setTrackingPlan(undefined);
  vi.unstubAllEnvs();
  configure({ exclude: [], trackingPlan: '', hashKey: 'k'.repeat(32), enabled: true });
});

function only(): TakenRecord {
  const [record, ...more] = outlets.takeEvents();
  if (record === undefined || more.length > 0) throw new Error('not exactly one event');
  return record;
}

const said = (): string => warned.mock.calls.flat().join('\n');

describe('trackEvent', () => {
  it('S4-41: sends the properties under their own names', () => {
    trackEvent('file_upload_started', {
      file_type: 'pdf',
      file_size: 1024,
      nested: { pages: 3 },
      errors: ['a', 'b'],
    });
    expect(only()).toMatchObject({
      eventName: 'file_upload_started',
      urgency: 'batch',
      attributes: {
        file_type: 'pdf',
        file_size: 1024,
        'nested.pages': 3,
        errors: ['a', 'b'],
        'session.kind': 'run',
      },
    });
    expect(said()).toBe('');
  });

  it('S4-69: belongs to a session even when nobody is signed in', () => {
    trackEvent('page_viewed_twice');
    expect(only().attributes['session.id']).toEqual(expect.stringMatching(/./));
  });

  it('hashes a user id among the properties', () => {
    trackEvent('cart_item_added', { 'user.id': 'ada@example.com', 'user.hash': 'forged' });
    const record = only();
    expect(JSON.stringify(record)).not.toMatch(/ada@|forged/);
    expect(record.attributes['user.hash']).toMatch(/^[0-9a-f]{32}$/);
  });

  it('takes any properties without throwing', () => {
    const circular: Record<string, unknown> = { big: 1n, symbol: Symbol('s') };
    circular['self'] = circular;
    Object.defineProperty(circular, 'getter', {
      enumerable: true,
      get() {
        throw new Error('asked');
      },
    });
    trackEvent('strange_things_sent', circular);
    trackEvent('strange_things_sent', undefined);
    trackEvent('strange_things_sent', null as never);
    expect(outlets.takeEvents().length).toBeGreaterThanOrEqual(2);
  });

  it('needs a name', () => {
    trackEvent('');
    trackEvent(undefined as never);
    expect(outlets.takeEvents()).toEqual([]);
    expect(said()).toContain('needs the name');
  });

  it('S4-42: says once that a name breaks the rule, and sends it all the same', () => {
    trackEvent('FileUploaded');
    trackEvent('FileUploaded');
    expect(outlets.takeEvents()).toHaveLength(2);
    expect(said().match(/FileUploaded/g)).toHaveLength(1);
  });

  it('S4-32: tells of a feature that was shown, under the name and attribute that adoption counts by', () => {
    trackEvent(EVENT_FEATURE_VIEWED, { [ATTR_FEATURE_NAME]: 'export' });
    const [event] = outlets.takeEvents();
    expect(event?.eventName).toBe('feature.viewed');
    expect(event?.attributes).toMatchObject({ 'feature.name': 'export' });
    expect(said()).not.toContain('feature.viewed');
  });
});

/** A plan is loaded once it is needed. */
const heard = (text: string): Promise<void> =>
  vi.waitFor(() => expect(said()).toContain(text), { timeout: 20_000 });

describe('the tracking plan', () => {
  const plan = {
    order_paid: { required_properties: ['total'], property_types: { total: 'number' } },
  };

  it('S4-46: is checked in development, each finding said once', async () => {
    setTrackingPlan(plan);
    trackEvent('order_paid', { total: '3' });
    trackEvent('order_paid', { total: '3' });
    trackEvent('feature.viewed', { 'feature.name': 'pay' });
    trackEvent('order_shipped', {});
    await heard('order_shipped');
    expect(said()).toContain(
      `event "order_paid": Invalid type for property 'total'. Expected number`,
    );
    expect(said()).toContain(`Event 'order_shipped' not in tracking plan`);
    expect(warned).toHaveBeenCalledTimes(2);
    expect(outlets.takeEvents()).toHaveLength(4);
  });

  it('says two hundred findings, and that there are more', async () => {
    vi.resetModules();
    const fresh = await import('./plan-check.ts');
    let found = 0;
    fresh.setTrackingPlan(() => ({
      valid: false,
      errors: [`finding ${(found += 1)}`],
      warnings: [],
    }));
    for (let i = 0; i < 300; i += 1) fresh.checkEvent('order_packed', {});
    const lines = warned.mock.calls.flat();
    expect(lines).toHaveLength(201);
    expect(lines[199]).toContain('finding 200');
    expect(lines[200]).toContain('more than 200 findings');
  });

  it('is not looked at in production', () => {
    vi.stubEnv('NODE_ENV', 'production');
    const validator = vi.fn(() => ({ valid: false, errors: ['never said'], warnings: [] }));
    setTrackingPlan(validator);
    trackEvent('Order-Paid-Late', {});
    expect(validator).not.toHaveBeenCalled();
    expect(said()).toBe('');
    expect(outlets.takeEvents()).toHaveLength(1);
  });

  it('may be a function, whose errors do no harm', () => {
    setTrackingPlan(() => {
      throw new Error('validator broken');
    });
    trackEvent('order_refunded', {});
    expect(outlets.takeEvents()).toHaveLength(1);
    expect(said()).toContain('validator broken');
  });

  it('S4-43: is read from the file of the settings, once', async () => {
    const path = join(folder, 'plan.json');
    writeFileSync(path, JSON.stringify({ events: plan }));
    configure({ trackingPlan: path });
    trackEvent('order_paid', {});
    rmSync(path);
    trackEvent('order_lost', {});
    await heard('Missing required property: total');
    expect(said()).toContain(`Event 'order_lost' not in tracking plan`);
  });

  it.each([
    ['not there', undefined],
    ['not JSON', '{'],
    ['no plan', '[]'],
  ])('is not used when the file is %s', async (_, text) => {
    const path = join(folder, `${Math.random()}.json`);
    if (text !== undefined) writeFileSync(path, text);
    configure({ trackingPlan: path });
    trackEvent('order_sent_off', {});
    expect(outlets.takeEvents()).toHaveLength(1);
    await heard('HEARTWOOD_TRACKING_PLAN cannot be used');
  });
});

describe('feedback', () => {
  it('S4-30: is an event with score, scale, comment and feature', () => {
    feedback('checkout', { score: 4, comment: 'quick', metadata: { survey: 'exit' } });
    expect(only()).toMatchObject({
      eventName: 'feature.feedback',
      attributes: {
        'feature.name': 'checkout',
        'feature.feedback.score': 4,
        'feature.feedback.scale': 5,
        'feature.feedback.comment': 'quick',
        'feature.metadata.survey': 'exit',
      },
    });
  });

  it.each([
    ['no answer', {}],
    ['an empty comment', { comment: ' ' }],
    ['a score that is no number', { score: Number.NaN }],
    ['a score below 0', { score: -1 }],
    ['a score above the scale', { score: 6 }],
    ['a text for a score', { score: 'x' as never }],
  ])('leaves out %s', (_, answer) => {
    feedback('checkout', answer);
    expect(outlets.takeEvents()).toEqual([]);
  });

  it('keeps a comment whose score makes no sense', () => {
    feedback('checkout', { score: 11, scale: 10, comment: 'wow' });
    const { attributes } = only();
    expect(attributes).toMatchObject({ 'feature.feedback.comment': 'wow' });
    expect(attributes).not.toHaveProperty(['feature.feedback.score']);
  });

  it('on an excluded feature stays in the app, and nonsense does not throw', () => {
    configure({ exclude: ['secret*'] });
    feedback('secret_plan', { score: 5 });
    feedback('checkout', null as never);
    expect(outlets.takeEvents()).toEqual([]);
  });
});
