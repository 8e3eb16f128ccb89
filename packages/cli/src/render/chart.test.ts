import { expect, test } from 'vitest';
import { drawBar, drawSpark } from './chart.ts';
import { ASCII, UNICODE } from './style.ts';

test.each([
  ['nothing is empty', 0, ''],
  ['anything above nothing is seen', 0.0001, '▏'],
  ['half', 0.5, '██'],
  ['eighths of a column', 0.53125, '██▏'],
  ['all', 1, '████'],
  ['more than all is all', 7, '████'],
])('a bar of 4 columns: %s', (_name, share, bar) => {
  expect(drawBar(share, 4, UNICODE)).toBe(bar);
});

test.each<[string, (number | null)[], number, string]>([
  ['the largest is full, only zero is at the bottom', [0, 1, 50, 100], 10, '▁▂▅█'],
  ['no runs at all', [0, 0], 10, '▁▁'],
  ['nothing', [], 10, ''],
  ['neighbours are averaged when there is no room', [0, 0, 10, 10, 5], 3, '▁█▅'],
  ['no value is not zero', [0, null, 100], 10, '▁–█'],
  ['no value is left out of averages', [null, null, null, 8, 4, 4], 3, '–█▅'],
])('a small chart: %s', (_name, values, width, chart) => {
  expect(drawSpark(values, width, UNICODE)).toBe(chart);
});

test('both have a plain form', () => {
  expect(drawBar(0.5, 4, ASCII)).toBe('##');
  expect(drawSpark([0, 1, 100], 4, ASCII)).toBe('_.#');
});
