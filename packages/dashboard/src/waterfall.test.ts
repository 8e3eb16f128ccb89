/** Spans on one time axis. */
import { expect, test } from 'vitest';
import { traceOf } from './testing/trace-answers.ts';
import { toBars } from './waterfall.ts';

test('bars lie where their nanoseconds say', () => {
  const { data } = traceOf(1_790_000_000_000);
  const bars = toBars(data);
  expect(bars[0]).toMatchObject({ left: 0, width: 1, offsetMs: 0 });
  expect(bars[3]?.offsetMs).toBe(180);
  expect(bars[3]?.left).toBeCloseTo(180 / 684, 12);
  expect(bars[3]?.width).toBeCloseTo(470 / 684, 12);
});

test('one nanosecond is not lost beside the nanoseconds since 1970', () => {
  const { data } = traceOf(1_790_000_000_000);
  const [span] = data.spans;
  const late = { ...span!, startNs: String(BigInt(span!.startNs) + 1n), durationNs: '1' };
  const early = { ...span!, durationNs: '1' };
  expect(toBars({ ...data, spans: [early, late] })[1]).toMatchObject({ left: 0.5, width: 0.5 });
});

test('a trace of one span without length is drawn', () => {
  const { data } = traceOf(1_790_000_000_000);
  const bars = toBars({ ...data, spans: [{ ...data.spans[0]!, durationNs: '0' }] });
  expect(bars).toMatchObject([{ left: 0, width: 0 }]);
});
