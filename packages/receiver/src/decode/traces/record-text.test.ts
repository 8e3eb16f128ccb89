import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../limits.ts';
import { decodeOnce } from '../../testing/rows.ts';

const limits = { ...DEFAULT_LIMITS, recordTextBytes: 1000, valueBytes: 200 };
const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'work' };
/** Control characters become six bytes of JSON each. */
const attributes = Array.from({ length: 50 }, (_, i) => ({
  key: `k${i}`,
  value: { stringValue: '\u0001'.repeat(20) },
}));
const request = (span: object): Buffer =>
  Buffer.from(
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ ...ids, ...span }] }] }] }),
  );

test('attributes beyond the text of a record are dropped and counted', () => {
  const [span] = decodeOnce('json', request({ attributes }), limits).spans;
  const kept = Object.keys(JSON.parse(String(span?.['attributes'])) as object).length;
  expect(kept).toBeGreaterThan(5);
  expect(kept).toBeLessThan(12);
});

test('events beyond the text of a record are dropped and counted, and so are the attributes of one', () => {
  const events = Array.from({ length: 9 }, (_, i) => ({ name: `e${i}`, attributes }));
  const [span] = decodeOnce('json', request({ events }), limits).spans;
  const text = String(span?.['events']);
  expect(JSON.parse(text)).toHaveLength(1);
  expect(span?.['droppedEvents']).toBe(8);
  expect(text.length).toBeLessThan(1500);
});
