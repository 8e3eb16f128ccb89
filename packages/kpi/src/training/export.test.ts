/** Runs to learn from against the same over arrays: parts, what was known before, labels, and nothing of a person. */
import { readFileSync } from 'node:fs';
import { FEATURE_STATUSES, PERFORMANCE_TIERS } from '@heartwood/semconv';
import type { ExportForm, Store } from '@heartwood/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DuckDBInstance } from '../../../store/src/duckdb/node-api.ts';
import { nsToInstant } from '../instant.ts';
import {
  createLanded,
  createRandom,
  landWorld,
  openTestStore,
  pickFrom,
  PLAIN_SPAN,
  type PlainSpan,
} from '../testing/world.ts';
import { parseWindow, type Window } from '../window.ts';
import { LABEL_RULES, RULES_VERSION, TRAINING_COLUMNS } from './columns.ts';
import { exportTraining, type TrainingRequest } from './export.ts';

const WORLDS = Number(process.env['HEARTWOOD_WORLDS'] ?? 2);
const HOUR_MS = 3_600_000;
const HOUR_NS = 3_600_000_000_000n;
const START_MS = Date.UTC(2026, 8, 1);
/** Worlds lie further apart than is looked back. */
const APART_MS = 5 * 24 * HOUR_MS;
const LENGTH_MS = 40 * HOUR_MS;
/** Whatever could name somebody. */
const CANARY = 'ada@example.org';

let store: Store;
const worlds: PlainSpan[][] = [];
beforeAll(async () => {
  store = await openTestStore();
  worlds.push(...Array.from({ length: WORLDS }, (_, seed) => draw(seed)));
  await landWorld(store, worlds.flat(), [], createLanded());
});
afterAll(async () => {
  await store.close();
});

function draw(seed: number): PlainSpan[] {
  const random = createRandom(seed + 1);
  const pick = <T>(items: readonly T[]): T => pickFrom(items, random());
  const startMs = START_MS + seed * APART_MS;
  return Array.from({ length: 80 }, (_, index): PlainSpan => {
    // Coarse, so that runs begin when others end.
    const startNs = BigInt(startMs + Math.floor(random() * 160) * (LENGTH_MS / 160)) * 1_000_000n;
    const negative = random() < 0.05;
    const labels = pick<object>([
      {},
      {},
      { 'feature.training.operation_successful': pick([true, false]) },
      {
        'feature.training.performance_tier': pick(['slow', 'none']),
        'feature.training.data_quality': pick(['high', CANARY]),
        'feature.training.error_recovery': true,
      },
    ]);
    return {
      ...PLAIN_SPAN,
      seq: BigInt(seed * 1000 + index + 1),
      startNs,
      durationNs: negative ? 0n : BigInt(pick([1, 15, 60, 1600])) * 60_000_000_000n,
      negative,
      spanId: BigInt(index + 1),
      traceId: (BigInt(seed) + 0xabc0n).toString(16).padStart(32, '0'),
      feature: pick(['pay', 'cart', 'cart', null]),
      service: pick(['shop', 'search', null]),
      featureStatus: pick([1, 1, 1, 2, 3, 4, 5]),
      tier: pick([1, 2, 3, 4, 5]),
      efficiency: pick([0.3, 0.8, 0.95, Number.NaN]),
      user: CANARY,
      session: CANARY,
      errorType: CANARY,
      message: `of ${CANARY}`,
      attributes: JSON.stringify({ ...labels, 'feature.metadata.mail': CANARY }),
    };
  });
}

const windowOf = (seed: number): Window => {
  const from = START_MS + seed * APART_MS + 3 * HOUR_MS;
  const to = from + LENGTH_MS - 6 * HOUR_MS;
  return parseWindow({ from: String(from), to: String(to) }, to + 90 * 24 * HOUR_MS, 'UTC');
};

const make = (seed: number, request: Partial<TrainingRequest> = {}) =>
  exportTraining(
    { reader: store, exporter: store },
    windowOf(seed),
    { format: 'jsonl', split: '0.6,0.2,0.2', ...request },
    {},
  );

type Row = Record<string, unknown>;

async function rowsOf(seed: number, request?: Partial<TrainingRequest>): Promise<Row[]> {
  const { file } = await make(seed, request);
  const lines = readFileSync(file.path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
}

const endOf = ({ startNs, durationNs }: PlainSpan): bigint => startNs + durationNs;

/** What the rows of a world are, from the rules alone. */
function tell(seed: number, service?: string): Row[] {
  const { fromMs, toMs } = windowOf(seed);
  const runs = (worlds[seed] ?? []).filter(({ feature }) => feature !== null);
  const picked = runs
    .filter(
      (run) =>
        run.startNs >= BigInt(fromMs) * 1_000_000n &&
        run.startNs < BigInt(toMs) * 1_000_000n &&
        (service === undefined || run.service === service),
    )
    .toSorted((a, b) => Number(a.startNs - b.startNs) || Number(a.seq - b.seq));
  const edges = [0.6, 0.8].map((share) => picked[Math.round(picked.length * share)]?.startNs ?? 0n);
  const [validation = 0n, test = 0n] = edges;
  const features = new Set(picked.map(({ feature }) => feature));
  const longest = [...features].map((feature) => {
    const lengths = picked
      .filter((run) => run.feature === feature)
      .map(({ durationNs }) => durationNs)
      .toSorted((a, b) => Number(a - b));
    return lengths[Math.ceil(lengths.length * 0.99) - 1] ?? 0n;
  });
  const gap = longest.reduce((most, one) => (one > most ? one : most), 0n);
  return picked.flatMap((run) => {
    const split = run.startNs < validation ? 'train' : run.startNs < test ? 'validation' : 'test';
    const next = split === 'train' ? validation : test;
    if (split !== 'test' && (endOf(run) >= next || run.startNs >= next - gap)) return [];
    const before = (hours: bigint): PlainSpan[] =>
      runs.filter(
        (other) =>
          other.feature === run.feature &&
          !other.negative &&
          other.durationNs <= 24n * HOUR_NS &&
          endOf(other) < run.startNs &&
          endOf(other) >= run.startNs - hours * HOUR_NS,
      );
    const day = before(24n);
    const said = JSON.parse(run.attributes) as Row;
    const status = FEATURE_STATUSES[run.featureStatus - 1];
    const tier = run.negative ? null : (PERFORMANCE_TIERS[run.tier - 1] ?? null);
    const saidTier = said['feature.training.performance_tier'];
    return [
      {
        split,
        feature: run.feature,
        service: run.service,
        status,
        tier,
        duration_ms: run.negative ? null : Number(run.durationNs) / 1e6,
        hour_of_day: new Date(Number(run.startNs / 1_000_000n)).getUTCHours(),
        weekday: new Date(Number(run.startNs / 1_000_000n)).getUTCDay() || 7,
        time_bucket: `${nsToInstant(run.startNs).slice(0, 13)}:00:00Z`,
        runs_of_feature_before_1h: before(1n).length,
        runs_of_feature_before_24h: day.length,
        failed_share_before_24h:
          day.length === 0
            ? null
            : day.filter(({ featureStatus }) => featureStatus === 2 || featureStatus === 4).length /
              day.length,
        label_operation_successful:
          said['feature.training.operation_successful'] ?? status === 'success',
        label_performance_tier: saidTier === 'slow' ? saidTier : tier,
        label_efficiency_high: Number.isNaN(run.efficiency) ? null : run.efficiency >= 0.8,
        label_data_quality: said['feature.training.data_quality'] === 'high' ? 'high' : null,
        label_error_recovery: said['feature.training.error_recovery'] ?? null,
        label_source:
          said['feature.training.operation_successful'] === undefined && saidTier !== 'slow'
            ? 'rule'
            : 'app',
      },
    ];
  });
}

describe.each(Array.from({ length: WORLDS }, (_, seed) => seed))('world %i', (seed) => {
  test.each([undefined, 'shop'])(
    'S0-73 S3-84 S3-87: rows know of other runs only what had ended before they began, of service %s',
    async (service) => {
      const expected = tell(seed, service);
      const rows = await rowsOf(seed, { service });
      expect(rows.length).toBeGreaterThan(0);
      expect(rows).toEqual(expected.map((row) => expect.objectContaining(row) as Row));
      expect(new Set(rows.map((row) => row['run_hash'])).size).toBe(rows.length);
    },
  );

  test('S3-113: no run of a part ends in a later one, and all are accounted for', async () => {
    const { schema } = await make(seed);
    const inside = tell(seed);
    const counted = schema.parts.map(({ split, rows }) => [split, rows]);
    expect(counted).toEqual(
      ['train', 'validation', 'test'].map((split) => [
        split,
        inside.filter((row) => row['split'] === split).length,
      ]),
    );
    expect(schema.rows).toBe(inside.length);
    const ends = schema.parts.map(({ to }) => to);
    expect(schema.parts.map(({ from }) => from).slice(1)).toEqual(ends.slice(0, -1));
  });
});

describe('the file', () => {
  const formats: ExportForm['format'][] = ['parquet', 'csv', 'jsonl'];

  async function contentOf(path: string, format: ExportForm['format']): Promise<Row[]> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const from = { parquet: 'read_parquet', csv: 'read_csv', jsonl: 'read_json' }[format];
    const read = await connection.runAndReadAll(`SELECT * FROM ${from}('${path}')`);
    const rows = read.getRowObjectsJson();
    connection.disconnectSync();
    instance.closeSync();
    return rows;
  }

  test.each(formats)(
    'S0-76 S1-144: %s can be read back, is the same twice, and holds nothing of a person',
    async (format) => {
      const [one, two] = [await make(0, { format }), await make(0, { format })];
      expect(two.file.sha256).toBe(one.file.sha256);
      expect(readFileSync(two.file.path)).toEqual(readFileSync(one.file.path));
      const rows = await contentOf(one.file.path, format);
      expect(Object.keys(rows[0] ?? {})).toEqual(TRAINING_COLUMNS.map(({ name }) => name));
      expect(rows.map((row) => row['run_hash'])).toEqual(
        (await rowsOf(0)).map((row) => row['run_hash']),
      );
      expect(JSON.stringify(rows)).not.toContain(CANARY);
      expect(readFileSync(one.file.path, 'latin1')).not.toContain(CANARY);
    },
  );

  test('S3-85 S3-86: every column is described, and every label has a rule with a version', async () => {
    const { schema } = await make(0, { labels: ['data_quality', 'complexity_level'] });
    expect(schema.columns.every(({ meaning }) => /^\S.*\.$/u.test(meaning))).toBe(true);
    const labels = schema.columns.filter(({ known }) => known === 'label');
    expect(labels.map(({ name }) => name)).toEqual([
      'label_data_quality',
      'label_complexity_level',
    ]);
    expect(schema.rules.map(({ label }) => label)).toEqual(['data_quality', 'complexity_level']);
    expect(RULES_VERSION.split(' ')).toHaveLength(LABEL_RULES.length);
    const named = TRAINING_COLUMNS.flatMap(({ name, known }) => (known === 'label' ? [name] : []));
    expect(named).toEqual(LABEL_RULES.map(({ label }) => `label_${label}`));
  });

  test('shares of nothing leave their parts empty, and nothing is left out before them', async () => {
    const { schema } = await make(0, { split: '1,0,0' });
    expect(schema.parts.map(({ from }) => from !== null)).toEqual([true, false, false]);
    expect(schema.parts.map(({ leftOut }) => leftOut)).toEqual([0, 0, 0]);
  });

  test.each([
    ['no shares', { split: 'x' }, 'TRAINING_SPLIT_INVALID'],
    ['two shares', { split: '0.5,0.5' }, 'TRAINING_SPLIT_INVALID'],
    ['shares beyond one', { split: '0.8,0.2,0.2' }, 'TRAINING_SPLIT_INVALID'],
    ['an empty share', { split: '1,,0' }, 'TRAINING_SPLIT_INVALID'],
    ['nothing to learn from', { split: '0,0.5,0.5' }, 'TRAINING_SPLIT_INVALID'],
    ['an unknown label', { labels: ['data_qualty'] }, 'TRAINING_LABEL_UNKNOWN'],
    ['an unknown feature', { feature: 'crat' }, 'FEATURE_UNKNOWN'],
    ['a feature without runs there', { feature: 'pay', service: 'shopp' }, 'SERVICE_UNKNOWN'],
  ])('%s is refused', async (_name, request, code) => {
    await expect(make(0, request)).rejects.toMatchObject({ code });
  });
});
