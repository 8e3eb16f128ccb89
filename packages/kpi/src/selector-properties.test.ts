/** Properties of conditions beside what the newest runs, events and resources of the names carry. */
import type { Condition, EventSelector, Reader, Store } from '@heartwood/store';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { parseCondition } from './definition/condition-text.ts';
import { checkSelectors } from './selector-names.ts';
import { landWorld } from './testing/event-world.ts';
import { openTestStore, PLAIN_SPAN } from './testing/world.ts';

const AT = 1_790_000_000_000_000_000n;
const run = (feature: string, attributes: string, seq: number) => ({
  ...PLAIN_SPAN,
  seq: BigInt(seq),
  feature,
  startNs: AT + BigInt(seq),
  attributes,
});
const event = (name: string, attributes: string, seq: number) => ({
  seq: BigInt(seq),
  timeNs: AT + BigInt(seq),
  event: name,
  traceId: null,
  service: 'shop',
  feature: null,
  component: null,
  errorType: null,
  session: null,
  user: null,
  attributes,
});

/** More keys than are read. */
const WIDE = Array.from({ length: 5100 }, (_, index) => `key_${String(index)}`);

let store: Store;
beforeAll(async () => {
  store = await openTestStore();
  await landWorld(store, {
    spans: [
      run('export', '{"rows":3,"feature.metadata.size":4}', 1),
      run('export', '{}', 2),
      run('import', '{"lines":3}', 3),
    ],
    logs: [
      event('wide', JSON.stringify(Object.fromEntries(WIDE.map((key) => [key, 1]))), 4),
      event('uploaded', '{"size":4,"a/b":1}', 5),
      ...Array.from({ length: 1001 }, (_, index) => event('often', '{"late":1}', 6 + index)),
      event('rare', '{}', 2000),
    ],
  });
});
afterAll(() => store.close());

const readerOf = (given: Store): Reader => ({
  exactRuns: given.exactRuns,
  isSummed: (selector) => given.isSummed(selector),
  read: (...question) => given.read(...question),
  ask: (...question) => given.ask(...question),
});

const warningsOf = async (
  source: EventSelector['source'],
  names: EventSelector['names'],
  where: string,
): Promise<string[]> => {
  const condition: Condition = parseCondition(where);
  return checkSelectors(store, [{ source, names, where: condition }], 'question');
};

test.each([
  ['event', ['uploaded'], 'size > 3'],
  ['event', ['uploaded'], '`a/b` = 1'],
  ['event', 'any', 'late = 1'],
  ['run', ['export'], 'rows > 3 and size = 4'],
  ['run', ['export'], 'feature.metadata.size = 4'],
  // Columns, and what Heartwood gives itself, are known whoever has them.
  ['run', ['export'], 'status = failed or duration_ms > 3 or feature.efficiency > 1'],
  ['event', ['uploaded'], 'user.hash = a and session.id = b and error.type exists'],
  // Nothing to compare with.
  ['event', ['rare'], 'size > 3'],
  // One that is not among those that are read may be one of the rest.
  [
    'event',
    ['wide'],
    WIDE.slice(0, 50)
      .map((key) => `${key} = 1`)
      .join(' or '),
  ],
  ['event', ['wide'], 'ke = 1'],
] as const)('%s %s where %s is well', async (source, names, where) => {
  expect(await warningsOf(source, names, where)).toEqual([]);
});

test.each([
  [
    'event',
    ['uploaded'],
    'siz > 3',
    'None of the newest events of uploaded has the property "siz", or "size" was meant.',
  ],
  [
    'event',
    ['uploaded'],
    'not (lines exists)',
    'None of the newest events of uploaded has the property "lines": check its name.',
  ],
  [
    'run',
    ['export'],
    'rows > 3 and siez = 4',
    'None of the newest runs of export has the property "siez", or "size" was meant.',
  ],
  [
    'run',
    'any',
    'siez = 4',
    'None of the newest runs has the property "siez", or "size" was meant.',
  ],
  [
    'event',
    'any',
    'resource.service.nam = a',
    'None of the resources has the property "service.nam", or "service.name" was meant.',
  ],
] as const)('%s %s where %s is told', async (source, names, where, warning) => {
  expect(await warningsOf(source, names, where)).toEqual([warning]);
});

test('a property is told once, and one of a definition is not looked for with each answer', async () => {
  const asked: string[] = [];
  const onStatement = ({ name }: { name: string }) => void asked.push(name);
  const check = (where: Condition) => {
    const selector = { source: 'event', names: ['uploaded'], where } as const;
    // Each answer asks through a reader of its own.
    return checkSelectors(readerOf(store), [selector, selector], 'definition', { onStatement });
  };
  expect(await check(parseCondition('siz > 3 or size > 3 or siz < 9'))).toHaveLength(1);
  expect(asked.filter((name) => name === 'name/properties')).toHaveLength(1);
  const definition = parseCondition('size > 3 and size < 9');
  await check(definition);
  asked.length = 0;
  expect(await check(definition)).toEqual([]);
  const mistyped = parseCondition('siz > 3');
  const told = await check(mistyped);
  asked.length = 0;
  expect(await check(mistyped)).toEqual(told);
  expect(asked).not.toContain('name/properties');
});

test('what is archived is looked at where there is too little that is newer', async () => {
  const own = await openTestStore();
  onTestFinished(() => own.close());
  const late = AT + 172_800_000_000_000n;
  const many = Array.from({ length: 1000 }, (_, index) => index);
  await landWorld(own, {
    spans: [
      run('few', '{"old":1}', 1),
      run('many', '{"old":1}', 2),
      { ...run('few', '{"new":1}', 3), startNs: late },
      ...many.map((index) => ({ ...run('many', '{"new":1}', 4 + index), startNs: late })),
    ],
    logs: [
      event('few', '{"old":1}', 2001),
      event('many', '{"old":1}', 2002),
      { ...event('few', '{"new":1}', 2003), timeNs: late },
      ...many.map((index) => ({ ...event('many', '{"new":1}', 2004 + index), timeNs: late })),
    ],
  });
  // The first day of either.
  expect(await own.readStorageUse()).toMatchObject({ archiveFiles: 2 });
  const old = [expect.stringContaining('has the property "old"')];
  for (const source of ['run', 'event'] as const) {
    const told = async (names: EventSelector['names']) => {
      const where = parseCondition('old = 1 or new = 1');
      return checkSelectors(own, [{ source, names, where }], 'question');
    };
    expect(await told(['few'])).toEqual([]);
    expect(await told(['many'])).toEqual(old);
    expect(await told('any')).toEqual(old);
  }
});
