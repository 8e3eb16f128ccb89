/** Reports for build servers as text, with names that could break them. */
import type { QueryRow, Reader } from '@heartwood/store';
import { expect, test } from 'vitest';
import { readSessionReport, type ReportCase, type SessionReport } from './report.ts';
import { parseWindow } from '../window.ts';
import { toJunit, toMarkdown } from './report-text.ts';

const HOSTILE = 'a<b>&"c"\u0000\u001B[31m\uD800\uFFFE\u202E|\r\nd\t]]>';
const HOSTILE_LEFT = 'a<b>&"c"[31m|\nd\t]]>';

const CASE: ReportCase = {
  name: HOSTILE,
  className: HOSTILE,
  timeMs: 1234.5,
  outcome: 'failed',
  type: HOSTILE,
  message: HOSTILE,
  traceId: null,
};
const REPORT: SessionReport = {
  tests: 4,
  failures: 1,
  errors: 1,
  skipped: 1,
  timeMs: 2000,
  suites: [
    {
      name: HOSTILE,
      session: 'work_1',
      state: 'abandoned',
      startedAt: '2026-11-22T09:00:00.000000000Z',
      timeMs: 2000,
      metadata: { 'ci.build': '17', [HOSTILE]: { deep: HOSTILE } },
      tests: 4,
      failures: 1,
      errors: 1,
      skipped: 1,
      cases: [
        CASE,
        { ...CASE, outcome: 'error', type: 'abandoned' },
        { ...CASE, outcome: 'skipped' },
        { ...CASE, outcome: 'passed', type: 'partial' },
        { ...CASE, outcome: 'passed', type: null, message: null },
      ],
    },
  ],
};

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** A strict reader of XML 1.0 without doctype, comments and CDATA, written from its grammar; throws at what is none. */
function parseXml(source: string): Element {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!source.startsWith(head)) throw new Error('no declaration');
  if (/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(source))
    throw new Error('a character that XML does not have');
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const token = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[A-Za-z][\w.-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/uy;
  token.lastIndex = head.length;
  while (token.lastIndex < source.length) {
    const at = token.lastIndex;
    const match = token.exec(source);
    const parent = open.at(-1);
    if (match === null || parent === undefined)
      throw new Error(`broken at ${source.slice(at, at + 60)}`);
    const [, closing, name = '', attributes = '', empty, text] = match;
    if (text !== undefined) parent.text += unescapeXml(text);
    else if (closing === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes another`);
    } else {
      const element: Element = {
        name,
        attributes: readAttributes(attributes),
        children: [],
        text: '',
      };
      parent.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const [first] = root.children;
  if (open.length !== 1 || first === undefined || root.children.length !== 1)
    throw new Error('not one element that is closed');
  return first;
}

function readAttributes(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w.-]+)="([^"]*)"/gu)) {
    if (Object.hasOwn(found, name)) throw new Error(`${name} comes twice`);
    // A line end as it is would be read as a space (XML 1.0, section 3.3.3).
    found[name] = unescapeXml(value.replaceAll(/[\t\n\r]/gu, ' '));
  }
  return found;
}

function unescapeXml(text: string): string {
  if (/&(?!(?:amp|lt|gt|quot|#9|#10);)/u.test(text) || text.includes(']]>'))
    throw new Error(`what must be escaped is not: ${text}`);
  return text.replaceAll(/&(amp|lt|gt|quot|#9|#10);/gu, (_, word: string) => SIGNS[word] ?? '');
}

const SIGNS: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#9': '\t',
  '#10': '\n',
};

test('S0-15 S0-60 JUnit XML is read back as it was meant, and nothing in a name breaks it', () => {
  const suites = parseXml(toJunit(REPORT));
  expect([suites.name, suites.attributes]).toEqual([
    'testsuites',
    { name: 'heartwood', tests: '4', failures: '1', errors: '1', skipped: '1', time: '2.000' },
  ]);
  const [suite] = suites.children;
  expect(suite?.attributes).toEqual({
    name: HOSTILE_LEFT,
    id: '0',
    tests: '4',
    failures: '1',
    errors: '1',
    skipped: '1',
    time: '2.000',
    timestamp: '2026-11-22T09:00:00',
  });
  // The order of the schema: properties, then cases.
  expect(suite?.children.map(({ name }) => name)).toEqual([
    'properties',
    ...Array.from({ length: 5 }, () => 'testcase'),
  ]);
  expect(suite?.children.at(0)?.children.map(({ attributes }) => attributes['name'])).toEqual([
    'session',
    'state',
    'ci.build',
    HOSTILE_LEFT,
  ]);
  const cases = suite?.children.slice(1) ?? [];
  expect(cases.map(({ children }) => children.map(({ name }) => name))).toEqual([
    ['failure'],
    ['error'],
    ['skipped'],
    ['system-out'],
    [],
  ]);
  expect(cases[0]?.attributes).toEqual({
    name: HOSTILE_LEFT,
    classname: HOSTILE_LEFT,
    time: '1.234',
  });
  expect(cases[0]?.children[0]).toMatchObject({
    attributes: { message: HOSTILE_LEFT, type: HOSTILE_LEFT },
    text: HOSTILE_LEFT,
  });
});

test('S0-15 Markdown has a line for each session and for what did not pass, whatever names hold', () => {
  const lines = toMarkdown(REPORT).split('\n');
  expect(lines).toContain('4 cases: 1 failed, 1 with errors, 1 skipped.');
  const rows = lines.filter((line) => line.startsWith('| work'));
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    expect(row).not.toMatch(/\p{Cc}|[^\\]<|\u202E/u);
    // Cells are parted by signs that are not escaped.
    expect(row.split(/(?<!\\)\|/u)).toHaveLength(row === rows[0] ? 11 : 7);
  }
});

const LISTED: QueryRow<'session/list'> = {
  id: 'work_1',
  kind: 'work',
  component: 'shop',
  service: 'shop',
  state: 'ended',
  isStartKnown: true,
  ends: 1,
  startNs: '1000000000',
  untilNs: '2000000000',
  lastNs: '2000000000',
  firstSeq: '1',
  activeMs: 1000,
  pausedMs: 0,
  pauses: 0,
  runs: 9999,
  failed: 0,
  events: 0,
  errors: 0,
  user: null,
  previousId: null,
  reason: null,
  attributes: '{}',
  gaps: 0,
};
const RAN: QueryRow<'session/runs'> = {
  session: 'work_1',
  feature: 'checkout',
  component: null,
  status: 1,
  durationMs: 1,
  errorType: null,
  message: null,
  traceId: 'a'.repeat(32),
};

test('runs that a report has no room for have not passed', async () => {
  // The newest first, as they are listed; the runs in the order of their start.
  const listed = [
    { ...LISTED, id: 'work_3', startNs: '3000000000', runs: 2, failed: 1 },
    { ...LISTED, id: 'work_2', startNs: '2000000000', runs: 3 },
    LISTED,
  ];
  const runs = [
    ...Array.from({ length: 9999 }, () => RAN),
    { ...RAN, session: 'work_2' },
    { ...RAN, session: 'work_2' },
  ];
  const answers: Readonly<Record<string, readonly unknown[]>> = {
    'session/list': listed,
    'session/runs': runs,
  };
  const reader = { read: (name: string) => Promise.resolve(answers[name] ?? []) };
  const { report, truncated, warnings } = await readSessionReport(
    reader as unknown as Reader,
    parseWindow({}, Date.UTC(2026, 10, 22), 'UTC'),
    {},
    { limit: 20 },
  );
  expect(truncated).toBe(true);
  expect(warnings).toContain('Only the first 10000 runs are told.');
  expect(report).toMatchObject({ tests: 10_002, failures: 0, errors: 2 });
  expect(report.suites.map(({ session, errors }) => [session, errors])).toEqual([
    ['work_1', 0],
    ['work_2', 1],
    ['work_3', 1],
  ]);
  expect(report.suites[2]?.cases).toMatchObject([
    {
      outcome: 'error',
      type: 'truncated',
      message: expect.stringMatching(/^2 of its runs/u) as string,
    },
  ]);
});
