/** Errors counted by the store against the same over arrays, while records land, move to the archive and the look is cut off. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store, StoreJob } from '@heartwood/store';
import { countErrors, partOf, type CountedErrors } from '../testing/error-oracle.ts';
import { drawErrors, type ErrorWorld, type PlainError } from '../testing/error-world.ts';
import {
  createLanded,
  createRandom,
  landWorld,
  openTestStore,
  pickFrom,
} from '../testing/world.ts';
import { parseWindow, toNs, type Window } from '../window.ts';
import { fingerprintText } from './fingerprint.ts';
import {
  readError,
  readErrorGroups,
  readErrorKinds,
  readErrorParts,
  type ErrorFilter,
  type ErrorNumbers,
} from './groups.ts';
import { ErrorIndex } from './index-runner.ts';

/** A world takes a second of CPU: it lands, archives, and is looked at in many turns. */
const WORLDS = Number(process.env['HEARTWOOD_WORLDS'] ?? 8);
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 8, 1);
const NOW = START + 3000 * DAY_MS;
const LENGTH_DAYS = 4;
const COUNT = 70;
/** Archived days of so many worlds are enough for one store. */
const STORE_WORLDS = 20;

type Job = Extract<StoreJob, { readonly job: 'errors' }>;

let store: Store;
let landed = createLanded();
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(async () => {
  await store.close();
});

/** Lands a world in parts, looks at it in turns of a few records, loses answers, starts again, and archives in between. */
async function landInParts(seed: number, world: ErrorWorld, random: () => number): Promise<void> {
  const limits = { records: 20, stretch: 50 };
  let index = new ErrorIndex({ reader: store, keep: (job) => store.apply(job), limits });
  const keepThenFail = async (job: Job): Promise<void> => {
    await store.apply(job);
    throw new Error('the answer was lost');
  };
  const end = BigInt((seed + 1) * COUNT);
  for (let from = BigInt(seed * COUNT); from < end;) {
    const to = from + BigInt(25 + Math.floor(random() * 45));
    const isIn = ({ seq }: { readonly seq: bigint }): boolean => seq > from && seq <= to;
    await landWorld(store, world.spans.filter(isIn), world.logs.filter(isIn), landed);
    from = to;
    if (random() < 0.08) await archive(startOf(seed) + 3 * DAY_MS);
    const turns = Math.floor(random() * 3);
    for (let turn = 0; turn < turns; turn++) {
      if (random() < 0.2)
        index = new ErrorIndex({
          reader: store,
          keep: random() < 0.5 ? keepThenFail : async () => Promise.reject(new Error('not kept')),
          limits,
        });
      await index.turn().catch(() => undefined);
    }
    if (random() < 0.5)
      index = new ErrorIndex({ reader: store, keep: (job) => store.apply(job), limits });
  }
  index = new ErrorIndex({ reader: store, keep: (job) => store.apply(job), limits });
  while (await index.turn());
}

const archive = (nowMs: number): Promise<unknown> =>
  store.keepUp({
    nowMs,
    keepDays: 0,
    hotDays: 1,
    maxBytes: 0,
    otherBytes: 0,
    archive: { leastRows: 1 },
  });

/** Worlds lie behind one another. */
const startOf = (seed: number): number => START + seed * LENGTH_DAYS * DAY_MS;

function drawWindow(seed: number, random: () => number): Window {
  const from = startOf(seed) + Math.floor(random() * LENGTH_DAYS * DAY_MS);
  const to = from + 1 + Math.floor(random() * 2 * DAY_MS);
  return parseWindow({ from: String(from), to: String(to) }, NOW, 'UTC');
}

function drawFilter(random: () => number): ErrorFilter {
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  return pick<ErrorFilter>([
    {},
    {},
    { category: pick(['api', 'database', 'unknown', 'validation']) },
    { errorType: 'TypeError' },
    { service: 'shop' },
    { component: pick(['cart', 'search']) },
    { feature: 'checkout' },
    { session: 's1' },
    { user: 'u2', feature: 'import' },
    { traceId: `${'0'.repeat(31)}b` },
  ]);
}

const numbersOf = (row: ErrorNumbers): Omit<CountedErrors, 'kinds'> => ({
  occurrences: row.occurrences,
  before: row.before ?? Number.NaN,
  records: row.records,
  runs: row.runs,
  users: row.users,
  sessions: row.sessions,
  spark: row.spark,
  trend: row.trend ?? 'none',
  features: row.features,
  traceId: row.traceId,
});

const asPlain = (counted: ReadonlyMap<string | null, CountedErrors>): unknown =>
  [...counted].map(([key, { kinds: _kinds, ...rest }]) => [key, rest]).toSorted(byKey);
const byKey = ([a]: readonly unknown[], [b]: readonly unknown[]): number =>
  String(a) < String(b) ? -1 : 1;

/** A kind is what the record that happened last says. */
function withLastKinds(errors: readonly PlainError[]): PlainError[] {
  const last = new Map<bigint, PlainError>();
  for (const error of errors) {
    const known = last.get(error.kind.fingerprint);
    if (known === undefined || error.timeNs > known.timeNs) last.set(error.kind.fingerprint, error);
  }
  return errors.map((error) => ({
    ...error,
    kind: last.get(error.kind.fingerprint)?.kind ?? error.kind,
  }));
}

const keyOf = ({ kind }: PlainError): string => fingerprintText(kind.fingerprint, 1);
const PARTS = {
  category: ({ kind }: PlainError) => kind.category,
  feature: ({ feature }: PlainError) => feature,
  component: partOf,
} as const;

/** Errors by what they have in common, against a count over arrays. */
async function expectParts(
  errors: readonly PlainError[],
  window: Window,
  by: keyof typeof PARTS,
  filter: ErrorFilter,
): Promise<void> {
  const { from, to } = toNs(window);
  const parts = await readErrorParts(store, window, by, filter, { limit: 100 });
  const told = parts.rows
    .map((row) => [row.value, { ...numbersOf(row), groups: row.groups, trend: '' }])
    .toSorted(byKey);
  const counted = [...countErrors(errors, { from, to }, filter, PARTS[by])]
    .map(([key, { kinds, ...rest }]) => [key, { ...rest, groups: kinds, trend: '' }])
    .toSorted(byKey);
  expect([window.fromMs, by, filter, told]).toEqual([window.fromMs, by, filter, counted]);
}

test('S2-52 S3-81 S3-88 S0-75 kinds of errors are counted as over arrays, whatever lands, moves or is cut off', async () => {
  let found = 0;
  let all: readonly PlainError[] = [];
  for (let seed = 0; seed < WORLDS; seed++) {
    if (seed % STORE_WORLDS === STORE_WORLDS - 1) {
      await store.close();
      [store, landed, all] = [await openTestStore(), createLanded(), []];
    }
    const random = createRandom(seed * 31 + 1);
    const world = drawErrors({
      seed,
      firstSeq: BigInt(seed * COUNT + 1),
      startNs: BigInt(startOf(seed)) * 1_000_000n,
      lengthNs: BigInt(LENGTH_DAYS * DAY_MS) * 1_000_000n,
      count: COUNT,
    });
    await landInParts(seed, world, random);
    all = [...all, ...world.errors];
    const errors = withLastKinds(all);
    const [window, filter] = [drawWindow(seed, random), drawFilter(random)];
    const range = { from: toNs(window).from, to: toNs(window).to };
    const { rows } = await readErrorGroups(store, window, filter, { limit: 500 });
    const wanted = countErrors(errors, range, filter, keyOf);
    const answered = rows.map((row) => [row.fingerprint, numbersOf(row)]).toSorted(byKey);
    expect([seed, filter, answered]).toEqual([seed, filter, asPlain(wanted)]);
    found += rows.length;
    const kinds = await readErrorKinds(store, window);
    const short = kinds.map((kind) => [kind.fingerprint, kind.occurrences, kind.trend]);
    const everyKind = [...countErrors(errors, range, {}, keyOf)];
    expect([seed, short.toSorted(byKey)]).toEqual([
      seed,
      everyKind.map(([key, kind]) => [key, kind.occurrences, kind.trend]).toSorted(byKey),
    ]);
    const by = pickFrom(['category', 'feature', 'component'] as const, random());
    await expectParts(errors, window, by, filter);
  }
  // Of all worlds together more features are met than are told.
  const [from, to] = [startOf(0), startOf(WORLDS)].map(String);
  for (const by of ['category', 'feature', 'component'] as const)
    await expectParts(withLastKinds(all), parseWindow({ from, to }, NOW, 'UTC'), by, {});
  expect(found).toBeGreaterThan(WORLDS);
}, 600_000);

describe('one kind of error', () => {
  test('is unknown by a fingerprint that was never seen, or is none', async () => {
    const window = parseWindow({}, NOW, 'UTC');
    for (const fingerprint of ['v1:0123456789abcdef', 'x', "v1:'"])
      await expect(readError(store, window, fingerprint)).rejects.toMatchObject({
        code: 'ERROR_UNKNOWN',
      });
  });
});
