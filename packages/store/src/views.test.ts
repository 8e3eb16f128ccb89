import { DuckDBInstance } from '@duckdb/node-api';
import * as semconv from '@heartwood/semconv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOGS, REPLACED_TIMES, SPAN_EXTRAS, SPANS } from './columns.ts';
import { type TableDefinition } from './table-definition.ts';
import { MARK } from './marks.ts';
import { migrate, readSchema } from './migrate.ts';
import { landingTable } from './partitions.ts';
import { queries } from './queries.ts';
import { loadStatements } from './statements.ts';

let instance: DuckDBInstance;
let run: (sql: string) => Promise<unknown>;
let rows: (sql: string) => Promise<Record<string, unknown>[]>;

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  run = (sql) => connection.run(sql);
  rows = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  await migrate(
    {
      execute: async (sql, values) => void (await connection.run(sql, values)),
      firstRow: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson()[0],
    },
    'x',
  );
  await run(`
    INSERT INTO vocabulary VALUES (1, 1, 'checkout'), (2, 2, 'database_operation'), (3, 3, 'cart'), (4, 4, '2.1.0'),
      (5, 5, 'TimeoutError'), (6, 6, 'shop'), (7, 7, 'POST /pay');
    INSERT INTO identities VALUES (1, 1, 'session-1'), (2, 2, 'u"ser');
    INSERT INTO resources VALUES (1, 1, 6, '{"attributes":{"service.name":"shop"}}');
    INSERT INTO scopes VALUES (1, 1, '{"name":"tracer"}')`);
});
afterAll(() => instance.closeSync());

type Values = Partial<Record<string, string | number>>;

const SPAN: Values = {
  start_time: `'2026-11-21 10:00:00.123456789'`,
  duration_ns: 1_500_000_000,
  received_time: `'2026-11-21 10:00:02'`,
  trace_id: `'0102030405060708090a0b0c0d0e0f10'`,
  span_id: 255,
  resource_id: 1,
  scope_id: 1,
  name_id: 7,
  attributes: `'{}'`,
};

/** Adds a row; every column left out is 0 or empty. */
function insert({ name, columns }: TableDefinition, given: Values): Promise<unknown> {
  const list = Object.entries(columns).map(([column, kind]) => {
    if (given[column] !== undefined) return given[column];
    if (kind === 'uuid') return `'00000000-0000-0000-0000-000000000000'`;
    return kind === 'text' ? `''` : kind === 'time' ? 'make_timestamp_ns(0)' : 0;
  });
  return run(`INSERT INTO ${landingTable(name)} VALUES (${list.join(', ')})`);
}

/** Clears the spans and adds one. */
async function givenSpan(values: Values, extras?: Values): Promise<void> {
  await run('DELETE FROM hot_spans; DELETE FROM hot_span_extras');
  await insert(SPANS, { seq: 1, ...SPAN, ...values });
  if (extras) await insert(SPAN_EXTRAS, { seq: 1, ...extras });
}

const RUN: Values = {
  feature_id: 1,
  category_id: 2,
  component_id: 3,
  feature_status: 2,
  tier: 4,
  efficiency: 0.25,
  iterations: 3,
  input_size: 3_000_000_000,
  output_size: 7,
};

describe('feature_usage', () => {
  it('has exactly its fifteen columns, with types that hold every value', async () => {
    const columns = await rows(
      `SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE table_name = 'feature_usage' ORDER BY column_index`,
    );
    expect(columns.map(({ name, type }) => [name, type])).toEqual([
      ['id', 'VARCHAR'],
      ['feature_name', 'VARCHAR'],
      ['category', 'VARCHAR'],
      ['status', 'VARCHAR'],
      ['duration', 'DOUBLE'],
      ['start_time', 'VARCHAR'],
      ['end_time', 'VARCHAR'],
      ['input_size', 'BIGINT'],
      ['output_size', 'BIGINT'],
      ['metadata', 'VARCHAR'],
      ['user_id', 'VARCHAR'],
      ['session_id', 'VARCHAR'],
      ['error_message', 'VARCHAR'],
      ['efficiency_score', 'DOUBLE'],
      ['iterations', 'BIGINT'],
    ]);
  });

  it('shows a run in seconds, ISO times and metadata without prefix', async () => {
    await givenSpan(
      {
        ...RUN,
        session_id: 1,
        user_id: 2,
        marks: MARK.HAS_EXTRAS,
        attributes: `'{"feature.metadata.a/b~c":{"n":1.0},"x":1,"feature.metadata.big":9223372036854775807,"feature.metadata.big":2,"feature.metadata.\\"q":null}'`,
      },
      { status_message: `'card refused'` },
    );
    expect(await rows('SELECT * FROM feature_usage')).toEqual([
      {
        id: '1',
        feature_name: 'checkout',
        category: 'database_operation',
        status: 'failed',
        duration: 1.5,
        start_time: '2026-11-21T10:00:00.123456Z',
        end_time: '2026-11-21T10:00:01.623456Z',
        input_size: '3000000000',
        output_size: '7',
        metadata: '{"a/b~c":{"n":1.0},"big":9223372036854775807,"\\"q":null}',
        user_id: 'u"ser',
        session_id: 'session-1',
        error_message: 'card refused',
        efficiency_score: 0.25,
        iterations: '3',
      },
    ]);
  });

  it('has the trace id for a missing session, null for what is missing, and no plain spans', async () => {
    await givenSpan({ ...RUN, category_id: 0, efficiency: `'NaN'` });
    expect(await rows('SELECT * FROM feature_usage')).toMatchObject([
      {
        category: 'other',
        metadata: '{}',
        user_id: null,
        session_id: '0102030405060708090a0b0c0d0e0f10',
        error_message: null,
        efficiency_score: null,
      },
    ]);
    await givenSpan({});
    expect(await rows('SELECT * FROM feature_usage')).toEqual([]);
    expect(await rows('SELECT * FROM all_spans')).toHaveLength(1);
  });

  it('survives times and durations at the end of what a time can say', async () => {
    await givenSpan({
      ...RUN,
      start_time: 'make_timestamp_ns(9223372036854775806)',
      duration_ns: '9223372036854775807',
    });
    expect(await rows('SELECT end_time FROM feature_usage')).toEqual([
      { end_time: '2262-04-11T23:47:16.854775Z' },
    ]);
    expect(await rows('SELECT count(*) AS n FROM all_spans WHERE end_time IS NOT NULL')).toEqual([
      { n: '1' },
    ]);
  });
});

describe('all_spans', () => {
  const full = async (): Promise<unknown> => {
    const [row] = await rows('SELECT attributes_full FROM all_spans');
    return row?.['attributes_full'];
  };

  it.each<[string, Values, string]>([
    ['nothing', {}, '{}'],
    ['nothing but what was not lifted', { attributes: `'{"a":1,"a":2}'` }, '{"a":1,"a":2}'],
    ['nothing that a rule or the default gave', RUN, '{}'],
    [
      'a given name before the rest',
      { ...RUN, marks: MARK.GAVE_NAME, attributes: `'{"a":1}'` },
      '{"feature.name":"checkout","a":1}',
    ],
    [
      'a category',
      { ...RUN, marks: MARK.GAVE_CATEGORY },
      '{"feature.category":"database_operation"}',
    ],
    ['a component', { ...RUN, marks: MARK.GAVE_COMPONENT }, '{"feature.component":"cart"}'],
    ['a status', { ...RUN, marks: MARK.GAVE_STATUS }, '{"feature.status":"failed"}'],
    ['a tier', { ...RUN, marks: MARK.GAVE_TIER }, '{"feature.performance.tier":"slow"}'],
    [
      'an efficiency that stays a double',
      { ...RUN, efficiency: 1, marks: MARK.GAVE_EFFICIENCY },
      '{"feature.efficiency":1.0}',
    ],
    [
      'an efficiency that is no number',
      { ...RUN, efficiency: `'NaN'`, marks: MARK.GAVE_EFFICIENCY },
      '{"feature.efficiency":{"$double":"NaN"}}',
    ],
    ['iterations', { ...RUN, marks: MARK.GAVE_ITERATIONS }, '{"feature.iterations":3}'],
    [
      'sizes',
      { ...RUN, marks: MARK.GAVE_INPUT_SIZE | MARK.GAVE_OUTPUT_SIZE },
      '{"feature.input.size":3000000000,"feature.output.size":7}',
    ],
    [
      'a version and an error type',
      { version_id: 4, error_type_id: 5 },
      '{"feature.version":"2.1.0","error.type":"TimeoutError"}',
    ],
    [
      'a session and a user hash',
      { session_id: 1, user_id: 2 },
      '{"session.id":"session-1","user.hash":"u\\"ser"}',
    ],
    ['a raw user id', { user_id: 2, marks: MARK.RAW_USER }, '{"user.id":"u\\"ser"}'],
  ])('gives back %s', async (_case, values, attributes) => {
    await givenSpan(values);
    expect(await full()).toBe(attributes);
  });

  it('shows a span in words', async () => {
    await givenSpan(
      {
        parent_span_id: '18446744073709551615',
        kind: 2,
        status_code: 2,
        flags: 257,
        marks: MARK.HAS_EXTRAS,
      },
      { trace_state: `'a=b'`, events: `'[{"name":"e"}]'`, links: `'[]'`, dropped_links: 2 },
    );
    expect(await rows('SELECT * FROM all_spans')).toMatchObject([
      {
        trace_id: '0102030405060708090a0b0c0d0e0f10',
        span_id: '00000000000000ff',
        parent_span_id: 'ffffffffffffffff',
        trace_state: 'a=b',
        name: 'POST /pay',
        kind: 'server',
        service: 'shop',
        status: 'error',
        feature: null,
        events: '[{"name":"e"}]',
        dropped_links: 2,
        dropped_events: 0,
        scope: '{"name":"tracer"}',
      },
    ]);
  });
});

describe('the macros', () => {
  it.each([
    [
      'a time beyond the range is held at its end',
      'fa_ns(fa_time(9223372036854775807))',
      '9223372036854775806',
    ],
    ['a time before 1970 is 1970', 'fa_ns(fa_time(-5))', '0'],
    ['a bucket begins at a multiple of its width', 'fa_bucket(fa_time(1999), 1000)', '1000'],
    ['a quotient by zero is nothing', 'fa_ratio(1, 0)', null],
    ['a quotient is exact', 'fa_ratio(1, 4)', 0.25],
    ['the first of equal names counts', `fa_attr('{"a":1,"a":2}', 'a')::VARCHAR`, '1'],
    ['a name may hold dots and slashes', `fa_attr_text('{"a.b/c~d":"x"}', 'a.b/c~d')`, 'x'],
    ['a number without a word is nothing', 'fa_status_name(9)', null],
  ])('%s', async (_case, expression, value) => {
    expect(await rows(`SELECT ${expression} AS value`)).toEqual([{ value }]);
  });

  it('have the words of the semantic conventions, by their number', async () => {
    for (const [macro, words] of [
      ['fa_status_name', semconv.FEATURE_STATUSES],
      ['fa_tier_name', semconv.PERFORMANCE_TIERS],
    ] as const)
      expect(
        await rows(`SELECT ${macro}(n) AS word FROM range(1, ${words.length + 1}) t(n)`),
      ).toEqual(words.map((word) => ({ word })));
    for (const [macro, numbers] of [
      ['fa_kind_name', semconv.SpanKind],
      ['fa_span_status_name', semconv.SpanStatusCode],
    ] as const)
      for (const [word, number] of Object.entries(numbers))
        expect(await rows(`SELECT ${macro}(${number}) AS word`)).toEqual([
          { word: word.toLowerCase() },
        ]);
  });

  it('name only attributes that the semantic conventions know', () => {
    const known = new Set<unknown>(Object.values(semconv));
    const used = readSchema()
      .views.flatMap((view) => [
        ...view.matchAll(/["'](?:feature|session|user|error)\.[a-z._]+["']/g),
      ])
      .map(([name]) => name.slice(1, -1));
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });

  it('test the bits that marks.ts names', () => {
    const [, macro = ''] = readSchema().views.join('\n').split('MACRO fa_span_attributes');
    const bits = [...macro.matchAll(/fa_marked\(marks, (\d+)\)/g)].map(
      ([, bit]) => 1 << Number(bit),
    );
    const lifted = Object.entries(MARK).filter(([name]) => /^(GAVE_|RAW_)/.test(name));
    expect(bits.toSorted((a, b) => a - b)).toEqual(
      lifted.map(([, bit]): number => bit).toSorted((a, b) => a - b),
    );
  });
});

describe('all_logs', () => {
  const LOG: Values = {
    time: `'2026-11-21 10:00:00.123456789'`,
    observed_time: `'2026-11-21 10:00:01'`,
    resource_id: 1,
    scope_id: 1,
    attributes: `'{}'`,
  };
  /** The only record there is, with these columns. */
  const logOf = async (
    values: Values,
    original?: string,
  ): Promise<Record<string, unknown> | undefined> => {
    await run('DELETE FROM hot_logs; DELETE FROM hot_replaced_times');
    await insert(LOGS, { seq: 1, ...LOG, ...values });
    if (original !== undefined) await insert(REPLACED_TIMES, { seq: 1, original });
    const found = await rows('SELECT * FROM all_logs');
    expect(found).toHaveLength(1);
    return found[0];
  };

  it('shows a record in words, and NULL for what it does not have', async () => {
    expect(await logOf({ marks: MARK.JSON_BODY })).toMatchObject({
      time: '2026-11-21 10:00:00.123456789',
      observed_time: '2026-11-21 10:00:01',
      trace_id: null,
      span_id: null,
      service: 'shop',
      severity_number: 0,
      severity: null,
      severity_text: null,
      event_name: null,
      body: null,
      is_json_body: false,
      feature: null,
      component: 'shop',
      error_type: null,
      session_id: null,
      user_id: null,
      attributes_full: '{}',
      original: null,
      resource: '{"attributes":{"service.name":"shop"}}',
      scope: '{"name":"tracer"}',
    });
    expect(
      await logOf(
        {
          trace_id: SPAN['trace_id'] ?? '',
          span_id: 255,
          severity_number: 17,
          severity_text_id: 5,
          event_name_id: 7,
          body: `'card refused'`,
          flags: 1,
          dropped_attributes: 3,
        },
        `'{"timeUnixNano":"1"}'`,
      ),
    ).toMatchObject({
      trace_id: '0102030405060708090a0b0c0d0e0f10',
      span_id: '00000000000000ff',
      severity: 'error',
      severity_text: 'TimeoutError',
      event_name: 'POST /pay',
      body: 'card refused',
      flags: 1,
      dropped_attributes: 3,
      original: '{"timeUnixNano":"1"}',
    });
  });

  it.each([
    ['an empty text', {}, '', false],
    ['a text that looks like JSON', { body: `'{"a":1}'` }, '{"a":1}', false],
    ['a map', { body: `'{"a":1}'`, marks: MARK.JSON_BODY }, '{"a":1}', true],
    ['a body that says nothing', { body: `'null'`, marks: MARK.JSON_BODY }, 'null', true],
    ['no body', { marks: MARK.JSON_BODY }, null, false],
  ])('tells a body apart: %s', async (_case, values: Values, body, isJson) => {
    expect(await logOf(values)).toMatchObject({ body, is_json_body: isJson });
  });

  it.each([
    [-1, null],
    [0, null],
    [1, 'trace'],
    [4, 'trace'],
    [5, 'debug'],
    [9, 'info'],
    [16, 'warn'],
    [17, 'error'],
    [24, 'fatal'],
    [25, null],
    [99, null],
  ])('has a word for severity %i: %s', async (severity_number, severity) => {
    expect(await logOf({ severity_number })).toMatchObject({ severity_number, severity });
  });

  it.each<[string, Values, string]>([
    ['a feature', { feature_id: 1 }, '{"feature.name":"checkout"}'],
    ['a component', { component_id: 3 }, '{"feature.component":"cart"}'],
    ['an error type', { error_type_id: 5 }, '{"error.type":"TimeoutError"}'],
    ['a session', { session_id: 1 }, '{"session.id":"session-1"}'],
    ['a user hash', { user_id: 2 }, '{"user.hash":"u\\"ser"}'],
    ['a raw user id', { user_id: 2, marks: MARK.RAW_USER }, '{"user.id":"u\\"ser"}'],
    [
      'lifted ones before the rest',
      { feature_id: 1, session_id: 1, attributes: `'{"a":1}'` },
      '{"feature.name":"checkout","session.id":"session-1","a":1}',
    ],
  ])('gives back %s', async (_case, values, attributes) => {
    expect(await logOf(values)).toMatchObject({ attributes_full: attributes });
  });
});

describe('the questions of the registry', () => {
  it.each([...loadStatements(queries).values()])(
    '$name is understood by DuckDB',
    async ({ sql }) => {
      const connection = await instance.connect();
      const prepared = await connection.prepare(sql);
      prepared.destroySync();
      connection.disconnectSync();
      expect(sql).toMatch(/^--/);
    },
  );
});
