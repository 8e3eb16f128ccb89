import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { RPCType, setRPCMetadata } from '@opentelemetry/core';
import { ATTR_SESSION_ID, ATTR_USER_HASH, ATTR_USER_ID } from '@heartwood/semconv';
import { expect, test } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { configure } from '../settings/config.ts';
import { toUserIdentity } from '../privacy/privacy.ts';
import { startFeature } from '../run/run.ts';
import { trackEvent } from '../work/event.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';
import { currentActor, currentFeature, toUserId, withFeatureContext } from './context.ts';

const memory = registerMemory();
const outlets = installOutlets();
const tracer = trace.getTracer('test');

test('the span of the request that is served gets user and session', () => {
  const server = tracer.startSpan('GET');
  const inner = tracer.startSpan('middleware');
  const served = setRPCMetadata(ROOT_CONTEXT, { type: RPCType.HTTP, span: server });
  context.with(trace.setSpan(served, inner), () => {
    withFeatureContext({ userId: 'ada', sessionId: 's-1' }, () => undefined);
  });
  inner.end();
  server.end();
  const spans = new Map(memory.take().map((span) => [span.name, span.attributes]));
  expect(spans.get('GET')).toMatchObject({
    [ATTR_SESSION_ID]: 's-1',
    [ATTR_USER_HASH]: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(spans.get('GET')).not.toHaveProperty([ATTR_USER_ID]);
  expect(spans.get('middleware')).toEqual({});
});

test('attributes of the context are those of every run and event inside', () => {
  const told = { 'shop.tenant': 'oak', 'shop.plan': 'pro', 'feature.name': 'other', secret: 's' };
  withFeatureContext({ userId: 'ada-4711', attributes: told }, () => {
    withFeatureContext({ attributes: { 'shop.plan': 'free', 'shop.owner': 'of ada-4711' } }, () => {
      const wrapped = tracedFeature('inner', { attributes: { 'shop.tenant': 'none' } }, () => {
        currentFeature()?.setAttribute('shop.owner', 'own word');
      });
      tracedFeature('outer', () => wrapped())();
      trackEvent('order_paid', { 'shop.plan': 'event' });
    });
  });
  startFeature('outside').complete();
  const spans = new Map(memory.take().map((span) => [span.name, span.attributes]));
  expect(spans.get('outer')).toMatchObject({
    'feature.name': 'outer',
    'shop.tenant': 'oak',
    'shop.plan': 'free',
    'shop.owner': 'of [redacted]',
  });
  expect(spans.get('outer')).not.toHaveProperty('secret');
  expect(spans.get('inner')).toMatchObject({ 'shop.tenant': 'oak', 'shop.owner': 'own word' });
  expect(spans.get('outside')).not.toHaveProperty(['shop.tenant']);
  const [event] = outlets.takeEvents();
  expect(event?.attributes).toMatchObject({ 'shop.tenant': 'oak', 'shop.plan': 'event' });
  expect(event?.attributes).not.toHaveProperty(['feature.name']);
});

test.each([
  [Number.NaN, undefined],
  [Infinity, undefined],
  ['', undefined],
  [null, undefined],
  [{ id: 1 }, undefined],
  [0, '0'],
  [4711, '4711'],
  [9007199254740993n, '9007199254740993'],
])('the user id %s is told as %s', (given, told) => {
  expect(toUserId(given)).toBe(told);
  const run = startFeature('who', { userId: () => given as never });
  run.complete();
  const hash = memory.take()[0]?.attributes[ATTR_USER_HASH];
  expect(hash).toBe(told === undefined ? undefined : toUserIdentity(told).hash);
});

test('outside of a request nothing is marked, and the function runs', () => {
  expect(withFeatureContext({ sessionId: 's-2' }, () => 7)).toBe(7);
});

test('S2-82: a session id from the settings is that of everything without a session of its own', () => {
  configure({ sessionId: 'test-20250701-153022-abc123' });
  expect(currentActor(ROOT_CONTEXT)).toEqual({
    sessionId: 'test-20250701-153022-abc123',
    sessionKind: 'run',
  });
});
