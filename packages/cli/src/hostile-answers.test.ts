/** Every command in every form, asked of a server whose texts try to move, retitle, recolour, reorder and forge. */
import { afterAll, describe, expect, test } from 'vitest';
import { ROUTES, type Route } from '@heartwood/api/contract';
import { EXIT } from './exit.ts';
import type { Window } from './live/window.ts';
import { answerOf, openFillingServer } from './testing/answer.ts';
import { makeExampleFolder, readCalls } from './testing/calls.ts';
import { run, type Surroundings } from './testing/run.ts';

/** Link, clipboard, title, screen, colour and cursor sequences in 7-bit and 8-bit forms, single controls, and a line of its own. */
const HOSTILE = [
  '=1+HYPERLINK("http://evil")',
  '\u001B]8;;http://evil\u0007mark\u001B]8;;\u001B\\',
  '\u001B]52;c;cm0gLXJm\u0007\u001B]0;owned\u001B\\',
  '\u001B[2J\u001B[5m\u001B[3;7H\u009B1A\u009D0;owned\u009C\u0085',
  '\u0007\r\b\u007F\u0000\u202Etxt.\u2066exe\u200F\uFEFF',
  '\n\u2028\rFORGED',
].join('');

// All that a terminal acts on but line feeds, and what hides or reorders text.
const OBEYED =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/u;

const files = makeExampleFolder();
afterAll(() => files[Symbol.dispose]());
const COMMANDS = (await readCalls(files.folder)).map((one) => [one.name, one] as const);

/** What goes on by itself goes on until it has told everything. */
const END = /has gone|Press Ctrl|^\{.*"connection".*\}\n/u;
const env = { NO_COLOR: '1' };
const ENDS: readonly number[] = [EXIT.OK, EXIT.CHECK_FAILED, EXIT.INTERRUPTED];

test('the answers fit the contract', () => {
  for (const turn of [0, 1, 2])
    for (const route of Object.values<Route>(ROUTES)) {
      const schemas =
        route.kind === 'stream'
          ? Object.values(route.events)
          : [route.kind === 'file' ? route.header : route.answer];
      for (const schema of schemas) {
        const answer = answerOf(schema, { text: HOSTILE, turn });
        expect(schema.safeParse(answer).error, route.path).toBeUndefined();
      }
    }
});

describe('a text from outside', () => {
  test.each(COMMANDS)(
    '%s asks the server and obeys none',
    async (name, { calls, formFlag, forms }) => {
      const { url, asked } = await openFillingServer({ text: HOSTILE, turn: 0 });
      const [plainest = []] = calls;
      for (const form of forms) {
        const given = withForm(plainest, formFlag, form);
        const { code, data, notes } = await run([...given, '--url', url], { env, until: END });
        expect(notes, form).not.toMatch(OBEYED);
        expect(ENDS, notes).toContain(code);
        // What the server writes is no matter of the command line, but for what a terminal obeys.
        const read = formFlag === 'to' ? 'text' : form;
        expect(faultsOf(read === 'json' && EVENTS.has(name) ? 'ndjson' : read, data, name)).toEqual(
          [],
        );
      }
      expect(asked).not.toEqual([]);
    },
  );

  test.each(COMMANDS)(
    '%s is seen in all its examples, and forges no line',
    async (name, { calls }) => {
      let all = '';
      for (const [turn, call] of calls.entries()) {
        const { url } = await openFillingServer({ text: HOSTILE, turn });
        const seen = { env, seen: true, columns: 200, until: END };
        const { code, data, notes } = await run([...call, '--url', url], seen);
        const told = data + notes;
        expect(ENDS, told).toContain(code);
        expect(told).not.toMatch(OBEYED);
        const isOfLines = call.includes('csv') || DOCUMENTS.has(name);
        expect(!isOfLines && /^FORGED/mu.test(told)).toBe(false);
        all += told;
      }
      expect(all).toMatch(/mark|\\u001b/u);
    },
  );

  test.each(COMMANDS)('%s tells oddities instead of obeying them', async (_name, { calls }) => {
    const { url } = await openFillingServer({ text: HOSTILE, odd: HOSTILE, turn: 1 });
    for (const call of calls) {
      const { code, data, notes } = await run([...call, '--url', url], { env, until: END });
      expect(data + notes).not.toMatch(OBEYED);
      expect(notes).not.toMatch(STACK);
      expect(code).not.toBe(EXIT.USAGE);
    }
  });

  test.each(COMMANDS.filter(([name]) => name.startsWith('monitor')))(
    '%s puts none on its page',
    async (_name, { calls }) => {
      let page = '';
      const window: Window = {
        size: { columns: 120, rows: 40 },
        write: (text) => {
          page += text;
        },
        watch: () => ({ [Symbol.dispose]: () => {} }),
      };
      const { url } = await openFillingServer({ text: HOSTILE, turn: 0 });
      const given: Surroundings = { env, seen: true, columns: 120, window, until: END };
      const { data, notes } = await run([...(calls[0] ?? []), '--url', url], given);
      expect(data + notes + page).toContain('mark');
      expect((data + notes + page).replaceAll(OURS, '')).not.toMatch(OBEYED);
    },
  );
});

// oxlint-disable-next-line no-control-regex
const STACK = /\n\s+at /u;

/** What a page is drawn with: line ends, one step up, erasing, and the modes around it. */
// oxlint-disable-next-line no-control-regex
const OURS = /\r(?=[\n\u001B])|\u001B\[\?7l\r|\u001B\[(?:\d+A|2K|J|H|0m|\?(?:2026|7|25)[hl])/gu;

function withForm(words: readonly string[], flag: string, form: string): string[] {
  const at = words.indexOf(`--${flag}`);
  const rest = (at === -1 ? [...words] : words.toSpliced(at, 2)).filter(
    (word) => word !== '--json',
  );
  return [...rest, `--${flag}`, form];
}

/** What is wrong with data for those who read this form. */
function faultsOf(form: string, data: string, name: string): string[] {
  if (form === 'parquet') return [];
  const faults = OBEYED.test(data) ? ['obeyed'] : [];
  if (form === 'json') faults.push(...[data].filter(isNoJson));
  else if (LINES.has(form)) faults.push(...linesOf(data).filter(isNoJson));
  else if (form === 'csv') faults.push(...faultsOfCsv(data, name));
  else if (!DOCUMENTS.has(name) && /^FORGED/mu.test(data)) faults.push('forged');
  return faults;
}

const LINES: ReadonlySet<string> = new Set(['ndjson', 'jsonl', 'otlp']);

function isNoJson(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** Rows below their heads, whatever is shown: no JSON, no other text, and nothing that a spreadsheet runs. */
function faultsOfCsv(data: string, name: string): string[] {
  const rows = rowsOf(data);
  const [head = []] = rows;
  const cells = rows.flat().filter((cell) => Number.isNaN(Number(cell)));
  return [
    ...head.filter((cell) => !/^[\w.]+$/u.test(cell)),
    ...rows.filter(({ length }) => length !== head.length).flat(),
    // Data to learn from are as they were: no spreadsheet opens them.
    ...cells.filter((cell) => name !== 'training export' && /^[=+\-@\t＝＋－＠]/u.test(cell)),
  ];
}

const linesOf = (data: string): string[] => data.split('\n').filter((line) => line !== '');

/** Rows of CSV with their cells, unquoted. */
function rowsOf(data: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of data.matchAll(CELL)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\n') rows.push([]);
  }
  return rows.filter(({ length }) => length > 1 || data === '');
}

const CELL = /(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/gu;

/** They print lines that the server made: texts of files, and SQL. */
const DOCUMENTS: ReadonlySet<string> = new Set([
  'explain show',
  'plan codegen',
  'plan export',
  'plan import',
  'plan infer',
  'sessions report',
]);

/** They give what comes one by one, in JSON too. */
const EVENTS: ReadonlySet<string> = new Set(['monitor logs', 'monitor operations']);
