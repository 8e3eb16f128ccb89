/** A report of sessions as text: JUnit XML for build servers, Markdown for people. */
import type { ReportCase, ReportCounts, ReportSuite, SessionReport } from './report.ts';

/**
 * JUnit XML, elements and attributes in the order of the schema of the Ant task
 * (https://github.com/windyroad/JUnit-Schema). Times are seconds.
 */
export function toJunit(report: SessionReport): string {
  const { suites, timeMs } = report;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="heartwood"${counts(report)} time="${seconds(timeMs)}">`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteLines(suite: ReportSuite, index: number): string[] {
  const { name, session, state, startedAt, timeMs, metadata, cases } = suite;
  const facts = { session, state, ...metadata };
  return [
    `  <testsuite${attribute('name', name)} id="${String(index)}"${counts(suite)} time="${seconds(timeMs)}" timestamp="${startedAt.slice(0, 19)}">`,
    '    <properties>',
    ...Object.entries(facts).map(
      ([key, value]) =>
        `      <property${attribute('name', key)}${attribute('value', toText(value))}/>`,
    ),
    '    </properties>',
    ...cases.flatMap(caseLines),
    '  </testsuite>',
  ];
}

function caseLines({ name, className, timeMs, outcome, type, message }: ReportCase): string[] {
  const head = `    <testcase${attribute('name', name)}${attribute('classname', className)} time="${seconds(timeMs)}"`;
  const told = message ?? '';
  const why = attribute('message', told);
  const kind = attribute('type', type ?? '');
  const inner = {
    passed: type === null ? '' : `<system-out>${escapeXml(`${type}: ${told}`)}</system-out>`,
    failed: `<failure${why}${kind}>${escapeXml(told)}</failure>`,
    error: `<error${why}${kind}>${escapeXml(told)}</error>`,
    skipped: `<skipped${why}/>`,
  }[outcome];
  return inner === '' ? [`${head}/>`] : [`${head}>`, `      ${inner}`, '    </testcase>'];
}

const counts = ({ tests, failures, errors, skipped }: ReportCounts): string =>
  ` tests="${String(tests)}" failures="${String(failures)}" errors="${String(errors)}" skipped="${String(skipped)}"`;

const attribute = (name: string, value: string): string =>
  ` ${name}="${escapeXml(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`;

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const toText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/**
 * Without what XML 1.0 has no place for (section 2.2, Char), such as control characters and lone surrogates, and without
 * marks that reorder text.
 */
function escapeXml(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\t\n\u{20}-\u{7E}\u{A0}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll(/[\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Markdown: all suites, then what did not pass. */
export function toMarkdown(report: SessionReport): string {
  const { suites, tests, failures, errors, skipped } = report;
  const bad = suites.flatMap((suite) =>
    suite.cases
      .filter(({ outcome }) => outcome === 'failed' || outcome === 'error')
      .map((one) => ({ suite, one })),
  );
  const lines = [
    '# Sessions',
    '',
    `${String(tests)} cases: ${String(failures)} failed, ${String(errors)} with errors, ${String(skipped)} skipped.`,
    '',
    '| session | component | state | started | active s | cases | failed | errors | skipped |',
    '| --- | --- | --- | --- | --: | --: | --: | --: | --: |',
    ...suites.map((suite) =>
      row([
        suite.session,
        suite.name,
        suite.state,
        suite.startedAt,
        seconds(suite.timeMs),
        ...[suite.tests, suite.failures, suite.errors, suite.skipped].map(String),
      ]),
    ),
  ];
  if (bad.length > 0)
    lines.push(
      '',
      '## What did not pass',
      '',
      '| session | case | type | message | seconds |',
      '| --- | --- | --- | --- | --: |',
      ...bad.map(({ suite, one }) =>
        row([suite.session, one.name, one.type ?? '', one.message ?? '', seconds(one.timeMs)]),
      ),
    );
  return `${lines.join('\n')}\n`;
}

const row = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;

/** In one line, and nothing in it begins a cell, a tag, a link or emphasis. */
const escapeCell = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\\|<>&`*_[\]]/gu, (sign) => `\\${sign}`);
