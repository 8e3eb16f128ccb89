import type { AnswerOf } from '@heartwood/api/client';
import { expect, test } from 'vitest';
import { EXIT } from '../exit.ts';
import { run } from '../testing/run.ts';
import { openTestServer } from '../testing/server.ts';

const place = { paths: 3, actors: 2, share: 0.75 };
const body: AnswerOf<'/api/v1/paths'> = {
  data: {
    anchor: 'feature:checkout',
    direction: 'after',
    paths: 4,
    actors: 3,
    steps: [{ depth: 1, step: 'event:order_placed', ...place }],
    transitions: [
      { depth: 1, from: 'feature:checkout', to: 'event:order_placed', ...place, shareOfFrom: 0.75 },
      { depth: 1, from: 'feature:checkout', to: '$end', ...place, paths: 1, shareOfFrom: 0.25 },
    ],
  },
  meta: {
    from: '2026-08-29T09:30:00.000Z',
    to: '2026-11-21T09:30:00.000Z',
    timeZone: 'Asia/Kathmandu',
    unit: 'users',
    complete: true,
    truncated: false,
    warnings: ['Paths count transitions, they are not a funnel.'],
    sampleSize: { unit: 'sessions', n: 4 },
    approximate: null,
    sampling: null,
    asOf: '17',
    definition: { kind: 'paths', id: null, revision: null },
  },
};

test('lists what follows a feature, and says that it is no funnel', async () => {
  const { url, asked } = await openTestServer(() => ({ body }));
  const call = ['paths', '--after', 'checkout', '--depth', '1', '--url', url];
  const { code, data, notes } = await run(call);
  expect(code).toBe(EXIT.OK);
  expect(asked[0]?.url.pathname).toBe('/api/v1/paths');
  expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
    after: 'checkout',
    depth: '1',
    explain: 'false',
  });
  expect(data).toMatch(/feature:checkout +event:order_placed +3 +2 +75\.0 %/u);
  expect(data).toContain('$end');
  expect(notes).toContain('not a funnel');
});
