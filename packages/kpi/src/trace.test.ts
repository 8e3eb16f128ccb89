import type { Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { landWorld, openTestStore, PLAIN_SPAN } from './testing/world.ts';
import { readTrace } from './trace.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, [
    {
      ...PLAIN_SPAN,
      seq: 1n,
      spanId: 1n,
      attributes: '{"big":9007199254740993,"one":1.0,"text":"\\u00fc"}',
    },
    {
      ...PLAIN_SPAN,
      seq: 2n,
      spanId: 0xffff_ffff_ffff_ffffn,
      parentSpanId: 1n,
      startNs: PLAIN_SPAN.startNs + 5n,
      durationNs: 0n,
      negative: true,
      statusCode: 2,
      message: 'it broke',
      feature: null,
      featureStatus: 0,
      events:
        '[{"name":"tick","time":1790000000000000001,"attributes":{"n":1},"droppedAttributes":2}]',
      links:
        '[{"traceId":"aa","spanId":"bb","traceState":"","attributes":{},"droppedAttributes":0}]',
    },
  ]);
});
afterAll(async () => {
  await store.close();
});

test('a trace comes with every span and all that is stored of it', async () => {
  const { trace, truncated } = await readTrace(store, TRACE.toUpperCase());
  expect(truncated).toBe(false);
  expect(trace).toMatchObject({ traceId: TRACE, durationMs: 1, errors: 1, services: ['shop'] });
  const [root, child] = trace.spans;
  expect(root).toMatchObject({
    spanId: '0000000000000001',
    parentSpanId: null,
    depth: 0,
    name: 'run',
    feature: 'checkout',
    featureStatus: 'success',
    startTime: '2026-09-21T14:13:20.000000000Z',
    startNs: '1790000000000000000',
    durationMs: 1,
    service: 'shop',
  });
  expect(root?.attributes).toMatchObject({ big: '9007199254740993', one: 1, text: 'ü' });
  expect(root?.resource.attributes).toEqual({ 'service.name': 'shop' });
  expect(root?.scope).toMatchObject({ name: 'scope', version: '1', attributes: { a: 1 } });
  expect(child).toMatchObject({
    spanId: 'ffffffffffffffff',
    parentSpanId: '0000000000000001',
    depth: 1,
    orphan: false,
    durationMs: null,
    durationNs: '0',
    status: 'error',
    statusMessage: 'it broke',
    feature: null,
    marks: ['negative_duration'],
    events: [
      {
        name: 'tick',
        time: '2026-09-21T14:13:20.000000001Z',
        attributes: { n: 1 },
        droppedAttributes: 2,
      },
    ],
    links: [{ traceId: 'aa', spanId: 'bb', traceState: null }],
  });
});

test('a trace that is not stored is an error', async () => {
  await expect(readTrace(store, 'f'.repeat(32))).rejects.toMatchObject({
    code: 'TRACE_UNKNOWN',
    parameter: 'traceId',
  });
});
