/** Meters of features: joined once with whoever sends metrics, absent when nobody does. */
import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { expect, test } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { installOutlets } from '../../testing/outlets.ts';
import { toFeature } from '../facts/options.ts';
import { configure } from '../settings/config.ts';
import { startFeature } from '../run/run.ts';
import { tracedFeature } from '../wrap/traced-feature.ts';
import { meterOf } from './meter.ts';

const memory = registerMemory();

const feature = toFeature('checkout', { category: 'web_interface' });

test('nobody takes metrics: there is no meter', () => {
  expect(meterOf(feature)).toBeUndefined();
});

test('a meter counts for whoever takes metrics now, and only once', () => {
  const first = installOutlets();
  meterOf(feature)?.end(1, 'success', undefined);
  meterOf(toFeature('checkout', {}))?.end(1, 'success', undefined);
  expect(first.collect()).toMatchObject([
    { kind: 'histogram', sum: 2, attributes: { 'feature.name': 'checkout' } },
    { kind: 'sum' },
  ]);
  first[Symbol.dispose]();
  using second = installOutlets();
  meterOf(feature)?.end(1, 'success', undefined);
  expect(second.collect()).toMatchObject([{ kind: 'histogram', sum: 3 }, { kind: 'sum' }]);
});

test('metrics can be switched off', () => {
  using outlets = installOutlets();
  configure({ metricsEnabled: false });
  expect(meterOf(feature)).toBeUndefined();
  expect(outlets.collect()).toEqual([]);
  configure({ metricsEnabled: true });
});

test('runs are counted by status and error, also those whose span is not sampled', () => {
  using outlets = installOutlets();
  const pay = tracedFeature('pay', (error?: Error) => {
    if (error !== undefined) throw error;
  });
  pay();
  expect(() => pay(new TypeError('no'))).toThrow('no');
  memory.take();
  context.with(suppressTracing(context.active()), () => {
    pay();
    expect(() => pay(new TypeError('no'))).toThrow('no');
    startFeature('pay').cancel();
  });
  expect(memory.take()).toEqual([]);
  const open = startFeature('pay');
  const points = outlets.collect().filter(({ attributes }) => attributes['feature.name'] === 'pay');
  expect(
    points.map((point) => [
      point.attributes['feature.status'],
      point.attributes['error.type'],
      point.kind === 'histogram'
        ? point.counts.reduce((sum, count) => sum + count, 0)
        : point.value,
    ]),
  ).toEqual([
    ['success', undefined, 2],
    ['failed', 'TypeError', 2],
    ['cancelled', undefined, 1],
    [undefined, undefined, 1],
  ]);
  open.complete();
  open.complete();
  expect(
    outlets.collect().findLast(({ attributes }) => attributes['feature.name'] === 'pay'),
  ).toMatchObject({
    kind: 'sum',
    value: 0,
  });
});
