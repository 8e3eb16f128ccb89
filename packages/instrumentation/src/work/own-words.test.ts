/** What we know of operations, sessions, feedback and pauses leaves whatever the app's rules say of its own facts. */
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { withFeatureContext } from '../context/context.ts';
import { startFeature } from '../run/run.ts';
import { configure, type FeatureConfig } from '../settings/config.ts';
import { trackEvent } from './event.ts';
import { feedback } from './feedback.ts';
import { startOperation } from './operation.ts';
import { startSession } from './session.ts';

registerMemory();
const outlets = installOutlets();
vi.spyOn(console, 'warn').mockImplementation(() => {});

const FREE: Partial<FeatureConfig> = {
  redactKeys: [],
  redactValues: [],
  allowKeys: [],
  quiet: true,
  hashKey: 'k'.repeat(32),
};
afterEach(() => void outlets.takeEvents());
afterAll(() => configure(FREE));

/** The attributes of the events of an act, by their names. */
function eventsOf(act: () => void): Record<string, Record<string, unknown>> {
  act();
  return Object.fromEntries(
    outlets.takeEvents().map(({ eventName, attributes }) => [eventName, { ...attributes }]),
  );
}

describe.each<[string, Partial<FeatureConfig>]>([
  [
    'HEARTWOOD_REDACT_KEYS=name,status,session,feature',
    { redactKeys: ['name', 'status', 'session', 'feature'] },
  ],
  ['HEARTWOOD_REDACT_KEYS=* and one allowed key', { redactKeys: ['*'], allowKeys: ['rows'] }],
  ['HEARTWOOD_REDACT_VALUES=/\\d{6}/', { redactValues: ['/\\d{6}/'] }],
  ['HEARTWOOD_REDACT_VALUES=/[a-z]/', { redactValues: ['/[a-z0-9]+/'] }],
])('with %s', (_, settings) => {
  it('an operation has its name, id, status and duration', () => {
    configure({ ...FREE, ...settings });
    const events = eventsOf(() => {
      const operation = startOperation('import', { unit: 'files', estimatedItems: 1_234_567 });
      operation.pause('712345 waits');
      operation.complete(undefined, { customer: 'a', key: '712345' });
    });
    expect(events['feature.operation.end']).toMatchObject({
      'feature.name': 'import',
      'feature.operation.id': expect.stringMatching(/^op[-_][0-9A-Za-z_-]{8,}$/) as string,
      'feature.operation.duration': expect.any(Number) as number,
      'feature.operation.total': 1_234_567,
      'feature.operation.unit': 'files',
      'feature.status': 'success',
      'session.id': expect.stringMatching(/^[^[]+$/) as string,
      'session.kind': 'run',
    });
    expect(events['feature.paused']).toHaveProperty(['feature.reason']);
  });

  it('a session has its id, its kind, its component and its times', () => {
    configure({ ...FREE, ...settings });
    const events = eventsOf(() => {
      const session = startSession('editor', { concurrent: true });
      session.pause();
      session.stop();
    });
    for (const name of ['session.start', 'feature.paused', 'session.end']) {
      expect(events[name]).toMatchObject({
        'session.id': expect.stringMatching(/^work[-_][0-9A-Za-z_-]{8,}$/) as string,
        'session.kind': 'work',
        'feature.component': 'editor',
      });
    }
    expect(events['session.end']).toMatchObject({
      'feature.active_duration': expect.any(Number) as number,
      'feature.paused_duration': expect.any(Number) as number,
      'feature.pause.count': 1,
    });
  });

  it('feedback has its feature and its score', () => {
    configure({ ...FREE, ...settings });
    const events = eventsOf(() => feedback('checkout', { score: 4 }));
    expect(events['feature.feedback']).toMatchObject({
      'feature.name': 'checkout',
      'feature.feedback.score': 4,
      'feature.feedback.scale': 5,
    });
  });

  it('a run that is paused says so, with its name and who acts', () => {
    configure({ ...FREE, ...settings });
    const events = eventsOf(() =>
      withFeatureContext({ userId: 'ada', sessionId: 'visit-123456789' }, () =>
        startFeature('checkout').pause('asks').resume().complete(),
      ),
    );
    expect(events['feature.resumed']).toMatchObject({
      'feature.name': 'checkout',
      'session.id': 'visit-123456789',
      'user.hash': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    expect(events['feature.paused']).toHaveProperty(['feature.reason']);
  });
});

it('rules hold for what the app says, under whatever name', () => {
  configure({ ...FREE, redactKeys: ['customer', 'name'], redactValues: ['/\\d{6}/'] });
  const events = eventsOf(() => {
    trackEvent('order_paid', { name: 'x', customer: 'x', id: '123456', rows: 1 });
    trackEvent('order_123456', {});
    startOperation('import').complete('file 123456', { customer: 'x', id: 123_456, rows: 1 });
    feedback('checkout', { comment: 'order 123456', metadata: { customer: 'x', rows: 1 } });
    const session = startSession('editor', { metadata: { name: 'x', rows: 1 }, concurrent: true });
    session.stop('123456 left');
    startFeature('checkout').event('order_sent', { customer: 'x', id: '123456' }).complete();
  });
  expect(events['order_paid']).toMatchObject({ id: '[redacted]', rows: 1 });
  expect(events['order_[redacted]']).toBeDefined();
  expect(events['feature.operation.end']).toMatchObject({
    'feature.operation.message': 'file [redacted]',
    'feature.metadata.id': '[redacted]',
    'feature.metadata.rows': 1,
  });
  expect(events['feature.feedback']).toMatchObject({
    'feature.feedback.comment': 'order [redacted]',
    'feature.metadata.rows': 1,
  });
  expect(events['session.start']).toMatchObject({ 'feature.metadata.rows': 1 });
  expect(events['session.end']).toMatchObject({ 'feature.reason': '[redacted] left' });
  expect(events['order_sent']).toMatchObject({ id: '[redacted]' });
  expect(JSON.stringify(events)).not.toMatch(/customer|"name"|metadata\.name/);
});

it('says that something was cut, though no key is allowed', () => {
  configure({ ...FREE, redactKeys: ['*'], allowKeys: ['text'] });
  const events = eventsOf(() => trackEvent('text_sent', { text: 'x'.repeat(9000), other: 1 }));
  expect(events['text_sent']).toMatchObject({ 'feature.truncated': true });
  expect(events['text_sent']).not.toHaveProperty(['other']);
});
