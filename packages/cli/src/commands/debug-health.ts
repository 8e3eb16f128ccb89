/** `debug health`: what checks of the server, of the way to it and of this machine say. */
import { ApiError } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { askHealth, CONNECTION_CHECKS } from '../health/connection.ts';
import { checkEnvironment, ENVIRONMENT_CHECKS } from '../health/environment.ts';
import { checkLogFolder, LOG_FOLDER_CHECKS } from '../health/log-folder.ts';
import { worstOf, type HealthRow } from '../health/row.ts';
import { suggest } from '../suggest.ts';
import { printHealth } from './health-lines.ts';

export const debugHealth = defineCommand({
  examples: [
    ['heartwood debug health', 'all checks; ends with 3 when one fails'],
    ['heartwood debug health --verbose', 'with the numbers behind each, and what to do'],
    ['heartwood debug health --check disk.free --check backup.age', 'some of them'],
    ['heartwood debug health --json --strict > health.json', 'a step of a deployment'],
  ],
  flags: {
    verbose: { kind: 'switch', doc: 'Each check with its numbers and what to do about it.' },
    check: {
      kind: 'texts',
      value: 'ID',
      doc: 'Only this check, such as disk.free; may be repeated.',
    },
    strict: { kind: 'switch', doc: 'End with 3 on warnings too.' },
  },
  run: async ({ flags, client, output, env, url, hasTokenFlag, signal }) => {
    const asked = flags.check;
    const rows = await gather();
    const worst = worstOf(rows);
    await printHealth(output, rows, { url, worst, total: rows.length }, flags.verbose);
    const isBad = worst === 'fail' || (flags.strict && worst === 'warn');
    return isBad ? EXIT.CHECK_FAILED : EXIT.OK;

    async function gather(): Promise<HealthRow[]> {
      const atHome = [...checkLogFolder(env), checkEnvironment(env)];
      const ofServer = asked?.filter((id) => !HERE.includes(id));
      const isAtHome = asked?.every((id) => AT_HOME.includes(id)) === true;
      const isAsked = ({ id }: HealthRow): boolean => asked === undefined || asked.includes(id);
      if (isAtHome) return atHome.filter(isAsked);
      const wanted = ofServer?.length === 0 ? undefined : ofServer;
      const { rows: ofConnection, answer } = await askHealth(
        { client, url, hasTokenFlag, env, signal },
        wanted,
      ).catch((error: unknown) => {
        throw explainUnknown(error, ofServer ?? []);
      });
      const told = answer?.data ?? (ofServer ?? []).map(toUntold);
      // Why the server does not tell is part of the answer to a check of it.
      const isWhy = ({ result }: HealthRow): boolean => answer === undefined && result === 'fail';
      const here = ofConnection.filter((row) => isAsked(row) || isWhy(row));
      return [...here, ...[...told, ...atHome].filter(isAsked)];
    }
  },
});

const AT_HOME = [...LOG_FOLDER_CHECKS, ...ENVIRONMENT_CHECKS].map(({ id }) => id);
const HERE = [...CONNECTION_CHECKS.map(({ id }) => id), ...AT_HOME];

/** A check of a server that does not tell. */
const toUntold = (id: string): HealthRow => ({
  id,
  group: 'server',
  title: id,
  result: 'unknown',
  message: 'the server cannot be asked, nor whether it has such a check',
  evidence: {},
  remedy: null,
  tookMs: 0,
});

/** The server knows its own checks alone. */
function explainUnknown(error: unknown, asked: readonly string[]): unknown {
  if (!(error instanceof ApiError) || error.code !== 'CHECK_UNKNOWN') return error;
  const given = asked.find((id) => error.message.includes(`"${id}"`)) ?? asked[0] ?? '';
  const near = [...new Set([...suggest(given, HERE), ...error.suggestions])];
  return cliError(
    'FLAG_VALUE_WRONG',
    {
      flag: '--check',
      given,
      expected: 'must be the name of a check, as heartwood debug health lists them',
      suggestion: near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`,
    },
    error,
  );
}
