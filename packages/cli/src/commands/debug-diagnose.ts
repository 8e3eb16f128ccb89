/** `debug diagnose`: tries out the way to the server, the server and its database. */
import { ApiError, type AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { judgeLatency, timeTrips } from '../health/connection.ts';
import { typedRemedyOf } from '../remedy.ts';
import { toRow, trouble, worstOf, type HealthRow } from '../health/row.ts';
import { tryOtlp, tryWay } from '../health/way.ts';
import { printHealth } from './health-lines.ts';

type Answer = AnswerOf<'/api/v1/diagnosis'>;

export const debugDiagnose = defineCommand({
  examples: [
    ['heartwood debug diagnose', 'everything; ends with 3 when something fails'],
    ['heartwood debug diagnose --test-api', 'name, connection, certificate, round trips, OTLP'],
    [
      'heartwood debug diagnose --test-database',
      'questions, a scan, the newest record, the archive',
    ],
    ['heartwood debug diagnose --test-api --test-database --json', 'for a report'],
  ],
  flags: {
    'test-api': {
      kind: 'switch',
      doc: 'Only the way to the server, and whether it takes requests.',
    },
    'test-database': { kind: 'switch', doc: 'Only the database of the server.' },
  },
  run: async ({ flags, client, output, url, timeoutMs = DEFAULT_TIMEOUT_MS, signal }) => {
    const isBoth = flags['test-api'] === flags['test-database'];
    const isApi = isBoth || flags['test-api'];
    const tests = isBoth ? 'api,database' : isApi ? 'api' : 'database';
    const way = { url, timeoutMs, signal };
    const rows: HealthRow[] = isApi ? await tryWay(way) : [];
    const isReached = rows.every(({ result }) => result !== 'fail');
    if (isApi && isReached) rows.push(await roundTrips());
    const answer = isReached ? await ask() : undefined;
    if (isApi && isReached && !(answer instanceof Error))
      rows.push(await tryOtlp(way, answer?.meta.otlpHttpUrl));
    if (answer instanceof Error) rows.push(toRow(DIAGNOSIS, toFinding(answer)));
    else rows.push(...(answer?.data ?? []));
    const worst = worstOf(rows);
    await printHealth(output, rows, { url, worst, total: rows.length }, true);
    return worst === 'fail' ? EXIT.CHECK_FAILED : EXIT.OK;

    async function roundTrips(): Promise<HealthRow> {
      const began = performance.now();
      const trips = await timeTrips(client, signal);
      const tookMs = performance.now() - began;
      return toRow(TRIPS, trips instanceof Error ? toFinding(trips) : judgeLatency(trips), tookMs);
    }

    async function ask(): Promise<Answer | Error> {
      try {
        return await client.get('/api/v1/diagnosis', { query: { tests }, signal });
      } catch (error) {
        signal.throwIfAborted();
        return error instanceof Error ? error : new Error(String(error));
      }
    }
  },
});

const DEFAULT_TIMEOUT_MS = 30_000;

const TRIPS = { id: 'api.round_trips', title: 'The server answers quickly' };
const DIAGNOSIS = { id: 'api.diagnosis', title: 'The server can be asked' };

const toFinding = (error: Error) =>
  trouble('fail', error.message, typedRemedyOf(error), {
    code: error instanceof ApiError ? error.code : error.name,
  });
