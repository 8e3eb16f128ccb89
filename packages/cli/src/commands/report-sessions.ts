/** `sessions report`: what build servers ran, as they and people read it. */
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { describeRange, printEnvelope } from '../listing.ts';
import { cleanLines } from '../render/clean.ts';
import { showAmount, showCount } from '../render/number.ts';
import { SESSION_FLAGS, toSessionQuery } from './session-columns.ts';

const { ci: _ci, ...FILTERS } = SESSION_FLAGS;

export const reportSessions = defineCommand({
  examples: [
    ['heartwood sessions report --since 1h', 'the builds of an hour, as Markdown'],
    ['heartwood sessions report --output report.xml --fail-on failed', 'a step of a build'],
    ['heartwood sessions report --session work_20261122_093000_1a2b --format junit', 'of one'],
  ],
  flags: {
    ...FILTERS,
    session: { kind: 'text', value: 'ID', doc: 'Only this session, of whatever time.' },
    all: { kind: 'switch', doc: 'Also sessions that no build server runs.' },
    format: {
      kind: 'choice',
      value: 'FORMAT',
      choices: ['md', 'json', 'junit'],
      doc: 'How it is written: md, json or junit. Default: md.',
    },
    'fail-on': {
      kind: 'choice',
      value: 'OUTCOME',
      choices: ['failed'],
      doc: 'failed: ends with 3 when a run failed, a session was abandoned, or runs or sessions have no room in the report.',
    },
    limit: {
      kind: 'count',
      short: 'n',
      value: 'ROWS',
      doc: 'How many sessions, up to 100. Default: 20.',
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const { session, limit } = flags;
    const format = flags.format ?? (output.format === 'json' ? 'json' : 'md');
    const query = {
      ...toSessionQuery({ ...flags, ci: !flags.all && session === undefined }),
      session,
      limit,
      format,
    };
    const { data, meta } = await client.get('/api/v1/sessions/report', { query, signal });
    if (format === 'json' || data.text === null) await printEnvelope(output, data, meta);
    else await output.write(cleanLines(data.text));
    for (const warning of meta.warnings) output.warn(warning);
    const { tests, failures, errors, skipped } = data;
    output.note(
      `${showAmount(tests, 'case')}: ${showCount(failures)} failed, ${showCount(errors)} with errors, ${showCount(skipped)} skipped; ${session === undefined ? `sessions from ${describeRange(meta)}` : `session ${session}`}.`,
    );
    const isBad = failures + errors > 0;
    return flags['fail-on'] === 'failed' && isBad ? EXIT.CHECK_FAILED : EXIT.OK;
  },
});
