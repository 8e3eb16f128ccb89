import { expect, test } from 'vitest';
import { KPIS } from './kpi-definition.ts';
import { readRequest, type RequestedDefinition } from './request.ts';
import { parseDefinitions } from './set.ts';

function ask(body: unknown): RequestedDefinition {
  const text = 'goals: [{id: growth}]\nmeasures: {sold: {agg: count, of: event:sold}}';
  const loaded = parseDefinitions([{ name: 'a.yaml', text }], 0);
  if (!loaded.ok) throw new Error('the set is wrong');
  return readRequest(KPIS, body, loaded.set);
}

const messagesOf = (body: unknown): string[] => {
  const read = ask(body);
  return read.ok
    ? []
    : read.problems.map(({ place, message }) => `${place.file}:${place.line} ${message}`);
};

test('a definition in a request refers to the set in force', () => {
  expect(ask({ measure: 'sold', goal: 'growth', window: '7d' })).toMatchObject({
    ok: true,
    definition: {
      id: 'request',
      formula: { type: 'simple', measure: 'sold' },
      window: { kind: 'rolling', ms: 7 * 86_400_000 },
      place: { file: 'request', line: 0, path: '' },
    },
  });
});

test.each([
  [[], 'request:0 the definition must be a map of keys'],
  [null, 'request:0 the definition must be a map of keys'],
  [
    { measure: 'sodl' },
    'request:0 measure names "sodl", which is neither a measure nor one of its events',
  ],
  [{ measure: 'sold', goal: 'grow' }, 'request:0 goal names the goal "grow", which is not defined'],
  [{ measure: 'sold', windwo: '7d' }, 'request:0 windwo is not known'],
  [{ measure: 'sold', id: 7 }, 'request:0 id must be a text'],
  [JSON.parse('{"measure": "sold", "__proto__": {}}'), 'request:0 __proto__ is not known'],
])('%j is refused: %s', (body, message) => {
  expect(messagesOf(body).join('\n')).toContain(message);
});
