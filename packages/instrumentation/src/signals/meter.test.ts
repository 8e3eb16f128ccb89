/** Meters of features: joined once with whoever sends metrics, absent when nobody does. */
import { expect, test } from 'vitest';
import { installOutlets } from '../../testing/outlets.ts';
import { toFeature } from '../facts/options.ts';
import { configure } from '../settings/config.ts';
import { meterOf } from './meter.ts';

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
