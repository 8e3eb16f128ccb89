/** The plan as a table: the rows of the first plans, and every plan that comes back as it went. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTrackingPlan } from '../plan.ts';
import { parsePlan } from './parse-plan.ts';
import { fromPlanTable, PLAN_COLUMNS, toPlanTable } from './plan-table.ts';
import type { TableFormat } from './table-text.ts';
import type { TrackingPlan } from './tracking-plan.ts';
import { validate } from './validate.ts';

const HEAD = `| ${PLAN_COLUMNS.join(' | ')} |\n|${' --- |'.repeat(9)}\n`;

function read(text: string): TrackingPlan {
  const table = fromPlanTable(text);
  if (!table.ok) throw new Error(JSON.stringify(table.problems));
  const parsed = parsePlan(table.document);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
}

describe('S4-40, S4-41: the rows of the first plans', () => {
  const plan = parseTrackingPlan({
    events: {
      file_upload_started: {
        section: 'File Management',
        funnel: { id: 'File Upload', step: 1 },
        kpis: ['Upload Success Rate'],
        trigger: 'User selects file',
        notes: 'Capture before validation',
        schema: {
          type: 'object',
          required: ['file_type', 'file_size'],
          additionalProperties: false,
          properties: {
            file_type: { type: 'string', enum: ['pdf', 'docx', 'png'] },
            file_size: { type: 'number', unit: 'By', minimum: 0 },
            source: { type: 'string' },
          },
        },
      },
      file_validation_completed: {
        section: 'File Management',
        funnel: { id: 'File Upload', step: 2 },
        schema: {
          type: 'object',
          required: ['is_valid', 'validation_time_ms'],
          properties: {
            is_valid: { type: 'boolean' },
            validation_time_ms: { type: 'number', minimum: 0, maximum: 60_000 },
            errors: { type: 'array', items: { type: 'string' } },
          },
        },
      },
      metadata_extraction_started: {
        section: 'Content Analysis',
        funnel: { id: 'Metadata Extraction' },
        schema: {
          required: ['file_id'],
          properties: { file_id: { type: 'string' }, mode: { pattern: '^[a-z]+$' } },
        },
      },
    },
  });

  test('as Markdown', () => {
    expect(toPlanTable(plan, 'markdown')).toBe(
      `${HEAD}| File Management | File Upload | 1 | file_upload_started | Upload Success Rate | User selects file | file_type: string; file_size: number (By); source?: string | file_type: pdf \\| docx \\| png; file_size: >= 0 | Capture before validation |
| File Management | File Upload | 2 | file_validation_completed |  |  | is_valid: boolean; validation_time_ms: number; errors?: array&lt;string>; ... | validation_time_ms: 0..60000 |  |
| Content Analysis | Metadata Extraction |  | metadata_extraction_started |  |  | file_id: string; mode?: any; ... | mode: {"pattern":"^[a-z]+$"} |  |
`,
    );
  });

  test('as CSV', () => {
    const text = toPlanTable(plan, 'csv');
    expect(text.split('\r\n').slice(0, 2)).toEqual([
      PLAN_COLUMNS.join(','),
      'File Management,File Upload,1,file_upload_started,Upload Success Rate,User selects file,"file_type: string; file_size: number (By); source?: string","file_type: pdf | docx | png; file_size: >= 0",Capture before validation',
    ]);
  });

  test('S4-48: what a table expects is checked', () => {
    const table = read(toPlanTable(plan, 'markdown'));
    const found = validate(table, 'file_upload_started', { file_type: 'exe', file_size: -1 });
    expect(found.map(({ type, path }) => `${type} ${path}`)).toEqual([
      'enum_or_range file_type',
      'enum_or_range file_size',
    ]);
  });
});

describe('a table of people', () => {
  test('columns in any order and case, with words for what is expected', () => {
    const plan = read(`
| event name | Event Properties | Expected Values | Funnel Name |
|:--|:--:|--:|---|
| file_upload_started | file_type, file_size (bytes), source? : string | file_size: at most 10 MB | File Upload |
`);
    const event = plan.events.get('file_upload_started');
    expect(event?.funnel).toEqual({ id: 'File Upload', step: null });
    expect(event?.schema.root.required).toEqual(['file_type', 'file_size (bytes)']);
  });

  test('expectations of nothing become notes, and are told', () => {
    const table = fromPlanTable(
      'Event Name,Event Properties,Expected Values\na_done,x: string,as in the manual\n',
    );
    expect(table).toMatchObject({
      ok: true,
      document: { events: { a_done: { notes: 'Expected: as in the manual' } } },
      warnings: [{ line: 2 }],
    });
  });

  test('semicolons and line ends of spreadsheets', () => {
    const plan = read(
      '\uFEFFEvent Name;Step in Funnel;Funnel Name;Notes\r\na_done;2;F;"two\r\nlines"\r\n\r\n',
    );
    expect(plan.events.get('a_done')).toMatchObject({
      funnel: { id: 'F', step: 2 },
      notes: 'two\nlines',
    });
  });

  test('line ends of old spreadsheets, which are CR alone', () => {
    const plan = read('Event Name,Notes\ra_done,"two\rlines"\rb_done,x\r');
    expect([...plan.events.keys()]).toEqual(['a_done', 'b_done']);
  });

  test.each([
    ['', 1, 'no column "Event Name"'],
    ['Product Section,Notes\nx,y', 1, 'no column "Event Name"'],
    ['Event Name,Event Name\nx,y', 1, 'stands there twice'],
    ['Event Name,Notes\na_done,\na_done,x', 3, 'stands there twice'],
    ['Event Name,Notes\n,x', 2, 'no name of an event'],
    ['Event Name,Funnel Name,Step in Funnel\na_done,F,first', 2, 'is no step'],
    ['Event Name,Notes\na_done,first, then second', 2, 'more cells than the 2 columns'],
    ['| Event Name | Notes |\n|---|---|\n| a_done | x | y |', 3, 'more cells than the 2 columns'],
    ['Event Name,Notes\na_done,x\nb_done,"open\nc_done,y\nd_done,z', 3, 'is not closed'],
    ['Event Name,Notes\r\na_done,"x\r\ny"\r\nb_done,"open\r\n', 4, 'is not closed'],
    ['x'.repeat(5_000_000), 1, 'longer than'],
  ])('%j is refused', (text, line, message) => {
    const table = fromPlanTable(text);
    expect(table.ok ? [] : table.problems).toContainEqual(
      expect.objectContaining({
        severity: 'error',
        line,
        message: expect.stringContaining(message),
      }),
    );
  });

  test.each([
    ['spaces', `a${' '.repeat(100_000)}"`],
    ['spaces in a type', `a: x${' '.repeat(100_000)}y`],
    ['dots', `a: ${'.'.repeat(100_000)}x`],
    ['lists of lists', `a: ${'array<'.repeat(50_000)}${'>'.repeat(50_000)}`],
    ['brackets', '{['.repeat(100_000)],
    ['quotes', '"\\'.repeat(100_000)],
  ])('hostile cells end in time: %s', (_, cell) => {
    const line = `| a_done | ${cell} | ${cell} |`;
    const text = `| Event Name | Event Properties | Expected Values |\n${line}\n|${'-'.repeat(100_000)}x|`;
    const began = process.cpuUsage();
    expect(fromPlanTable(text)).toBeDefined();
    const { user } = process.cpuUsage(began);
    // What is not linear takes minutes.
    expect(user).toBeLessThan(20e6);
  });

  test('a cell that a spreadsheet would calculate is a text there', () => {
    const plan = parseTrackingPlan({
      events: { a_done: { notes: '=HYPERLINK("x")', trigger: "'@" } },
    });
    expect(toPlanTable(plan, 'csv')).toContain(`"'=HYPERLINK(""x"")"`);
    expect(toPlanTable(plan, 'csv')).toContain(`,''@,`);
    expect(read(toPlanTable(plan, 'csv')).events.get('a_done')).toMatchObject({
      notes: '=HYPERLINK("x")',
      trigger: "'@",
    });
  });
});

describe('every plan comes back', () => {
  const text = fc
    .string({
      unit: fc.constantFrom(
        'a',
        ' ',
        '|',
        '\\',
        '"',
        "'",
        '\n',
        '<br>',
        '&lt;',
        '&',
        ';',
        ',',
        ':',
        '=',
        '-',
        '{',
        'é',
      ),
      maxLength: 8,
    })
    .map((made) => made.trim());
  const name = text.filter((made) => made !== '');
  const type = fc.constantFrom('string', 'number', 'integer', 'boolean', 'object', 'array', 'null');
  const rules = fc.oneof(
    fc.constantFrom(true, false, {}),
    fc.record(
      {
        type: fc.oneof(type, fc.constant(['string', 'null'])),
        unit: fc.constantFrom('By', 'ms', '{item}', 'a b', ''),
        enum: fc.uniqueArray(
          fc.oneof(text, fc.constantFrom('pdf', 'true', 'null', 1, true, null, 'a b')),
          { minLength: 1, maxLength: 3 },
        ),
        minimum: fc.constantFrom(0, -1.5, 1e21, 1e-7),
        maximum: fc.constantFrom(2, 1e21),
        description: text,
        items: fc.oneof(
          type.map((one) => ({ type: one })),
          fc.constant({ minLength: 1 }),
        ),
        pattern: fc.constantFrom('^a|b;$'),
      },
      { requiredKeys: [] },
    ),
  );
  const schema = fc
    .array(fc.tuple(name, rules, fc.boolean()), { maxLength: 4 })
    .chain((properties) =>
      fc.record(
        {
          type: fc.constant('object'),
          properties: fc.constant(Object.fromEntries(properties)),
          required: fc.constant([
            ...new Set(properties.filter(([, , isRequired]) => isRequired).map(([key]) => key)),
          ]),
          additionalProperties: fc.constantFrom(true, false, { type: 'string' }),
          if: fc.constant({ required: ['x'] }),
          $defs: fc.constant({ a: {} }),
        },
        { requiredKeys: ['properties'] },
      ),
    );
  const event = fc.record({
    section: text,
    trigger: text,
    notes: text,
    kpis: fc.uniqueArray(name, { maxLength: 3 }),
    funnel: fc.option(fc.record({ id: name, step: fc.option(fc.integer({ min: 1, max: 9 })) })),
    schema,
  });

  /** Without what makes no difference: the order of names, and ways to say nothing. */
  const plain = (written: unknown): unknown => {
    const {
      required = [],
      properties,
      additionalProperties = true,
      ...more
    } = written as Record<string, unknown>;
    return {
      ...more,
      type: 'object',
      required: new Set(required as string[]),
      additionalProperties,
      properties: Object.entries(properties as object).map(([key, one]) => [
        key,
        one === true ? {} : one,
      ]),
    };
  };

  test.each<TableFormat>(['markdown', 'csv'])('as %s', (format) => {
    fc.assert(
      fc.property(fc.dictionary(name, event, { maxKeys: 3 }), (events) => {
        const plan = parseTrackingPlan({ events });
        const written = toPlanTable(plan, format);
        const back = read(written);
        expect(toPlanTable(back, format)).toBe(written);
        expect([...back.events.keys()]).toEqual([...plan.events.keys()]);
        for (const [key, before] of plan.events) {
          const { schema: now, ...rest } = back.events.get(key) ?? before;
          const { schema: was, ...others } = before;
          expect(rest).toEqual(others);
          expect(plain(now.written)).toEqual(plain(was.written));
        }
      }),
      { numRuns: 5 * Number(process.env['HEARTWOOD_WORLDS'] ?? 12) },
    );
  });
});
