import { expect, test } from 'vitest';
import { Lifecycle } from './lifecycle.ts';

test('parts stop in the reverse order of their start', async () => {
  const order: string[] = [];
  const lifecycle = new Lifecycle();
  for (const name of ['store', 'receiver', 'api'])
    lifecycle.started(name, async () => void order.push(name));
  await lifecycle.stop(1000);
  expect(order).toEqual(['api', 'receiver', 'store']);
});

test('a part that fails does not keep the others from stopping', async () => {
  const lifecycle = new Lifecycle();
  let stopped = false;
  lifecycle.started('store', async () => void (stopped = true));
  lifecycle.started('receiver', () => Promise.reject(new Error('broken')));
  const report = await lifecycle.stop(1000);
  expect(stopped).toBe(true);
  expect(report.failures).toMatchObject([{ part: 'receiver', cause: { message: 'broken' } }]);
});

test('a part that never stops is named when the deadline comes', async () => {
  const lifecycle = new Lifecycle();
  lifecycle.started('store', () => new Promise(() => {}));
  expect(await lifecycle.stop(10)).toEqual({ failures: [], late: ['store'] });
});

test('stopping twice is one stop', async () => {
  const lifecycle = new Lifecycle();
  let stops = 0;
  lifecycle.started('store', async () => void stops++);
  await Promise.all([lifecycle.stop(1000), lifecycle.stop(1000)]);
  expect(stops).toBe(1);
});
