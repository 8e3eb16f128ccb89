import { expect, test } from 'vitest';
import { requestOf, toJson, toProtobuf } from '../../testing/model.ts';
import { decodeOnce } from '../../testing/rows.ts';
import { isSampled } from './sampled.ts';

test.each([
  ['ot=th:8', true],
  ['ot=th:c', true],
  ['ot=th:00000000000001', true],
  ['ot=th:ffffffffffffff', true],
  ['ot=rv:6e6d1a75832a2f;th:e6666666666666', true],
  ['ot=th:8;rv:6e6d1a75832a2f', true],
  ['v=1,ot=th:8', true],
  ['v=1 ,\t ot=th:8 , w=2', true],
  ['', false],
  ['ot=', false],
  ['ot=th:', false],
  ['ot=th:0', false],
  ['ot=th:00000000000000', false],
  ['ot=rv:6e6d1a75832a2f', false],
  ['ot=th:000000000000008', false],
  ['ot=th:8g', false],
  ['ot=th:C', false],
  ['ot=th: 8', false],
  ['ot=th:8 ;rv:0', false],
  ['ot=xth:8', false],
  ['ot=TH:8', false],
  ['ot =th:8', false],
  ['OT=th:8', false],
  ['xot=th:8', false],
  ['v=ot=th:8', false],
  ['v=th:8', false],
  ['ot=th:0,ot=th:8', false],
  ['ot=th:x;th:8', false],
  [`${'a=1,'.repeat(2500)}ot=th:8`, false],
])('%j is sampled: %s', (text, expected) => {
  expect(isSampled(Buffer.from(text))).toBe(expected);
});

test.each([...Array(14).keys()])('a threshold of %i more digits counts', (more) => {
  expect(isSampled(Buffer.from(`ot=th:8${'0'.repeat(more)}`))).toBe(more < 14);
});

test.each(['protobuf', 'json'] as const)('the row of a sampled span of %s says so', (encoding) => {
  const encode = encoding === 'json' ? toJson : toProtobuf;
  const marksOf = (traceState: string) =>
    decodeOnce(encoding, encode(requestOf({ traceState }))).spans[0]?.markNames;
  expect(marksOf('v=1,ot=th:c')).toContain('SAMPLED');
  expect(marksOf('v=1,ot=th:0')).not.toContain('SAMPLED');
  expect(marksOf('')).not.toContain('SAMPLED');
});
