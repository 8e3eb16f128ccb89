/** `quality run`: checks the quality of data now, for builds and releases. */
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { printRows } from '../listing.ts';
import { showAmount } from '../render/number.ts';
import {
  QUALITY_CHECKS,
  QUALITY_COLUMNS,
  QUALITY_RESULTS,
  readWords,
  type QualityRow,
} from './quality-columns.ts';

export const runQuality = defineCommand({
  examples: [
    ['heartwood quality run', 'all checks; ends with 3 when one fails'],
    ['heartwood quality run --check gap,volume', 'some of them'],
    ['heartwood quality run --fail-on fail,error,warn', 'a stricter one'],
    [
      'heartwood quality run --json > quality.json || exit 1',
      'a step of a build that keeps the list',
    ],
  ],
  flags: {
    check: {
      kind: 'text',
      value: 'CHECKS',
      doc: `Only these checks, separated by commas: ${QUALITY_CHECKS.join(', ')}.`,
    },
    'fail-on': {
      kind: 'text',
      value: 'RESULTS',
      doc: `Results to end with 3 on, separated by commas: ${QUALITY_RESULTS.join(', ')}. Default: fail.`,
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const failOn = readWords('--fail-on', flags['fail-on'] ?? 'fail', QUALITY_RESULTS);
    const checks =
      flags.check === undefined ? undefined : readWords('--check', flags.check, QUALITY_CHECKS);
    const body = checks === undefined ? {} : { checks };
    const { data, meta } = await client.post('/api/v1/quality/run', { body, signal });
    const isFailing = ({ result }: QualityRow): boolean => failOn.includes(result);
    // People read each check, and what is wrong; machines get everything.
    const isForMachines = output.format !== 'table' && output.format !== 'md';
    const shown = data.filter((row) => row.subject === null || isFailing(row) || isBad(row));
    await printRows(output, QUALITY_COLUMNS, isForMachines ? data : shown, meta);
    const whole = data.filter(({ subject }) => subject === null);
    const failing = [...new Set(data.filter(isFailing).map(({ check }) => check))];
    if (output.format !== 'json' && output.format !== 'ndjson') {
      const words = failOn.join(' or ');
      output.note(
        `${showAmount(whole.length, 'check')} ran, ${failing.length === 0 ? `none says ${words}` : `${words}: ${failing.join(', ')}`}.`,
      );
    }
    return failing.length === 0 ? EXIT.OK : EXIT.CHECK_FAILED;
  },
});

const isBad = ({ result }: QualityRow): boolean =>
  result === 'fail' || result === 'error' || result === 'warn';
