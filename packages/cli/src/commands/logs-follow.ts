/** Log records as they arrive, after some that are there: lines for people, one record a line for machines. */
import { ApiError, type Client } from '@heartwood/api/client';
import { cliError } from '../errors.ts';
import type { FlagValues } from '../flag.ts';
import type { Output } from '../output.ts';
import { localTimeZone, showTime } from '../render/time.ts';
import { csvHead, csvLine } from '../render/csv.ts';
import { toJson } from '../render/json.ts';
import { drawLogLine } from '../render/log-line.ts';
import { showAmount, showCount } from '../render/number.ts';
import { FollowNotes } from './follow-notes.ts';
import { LOG_COLUMNS, type LogRow } from './logs-columns.ts';
import { readLogPages, toLogQuery, type LOG_FLAGS } from './logs-flags.ts';

interface FollowCall {
  readonly flags: FlagValues<typeof LOG_FLAGS> & {
    readonly count: number | undefined;
    readonly relative: boolean;
  };
  readonly client: Client;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Prints until it is interrupted or has printed `--count` new records; what was lost on the way is made up for. */
export async function followLogs(call: FollowCall): Promise<void> {
  const { flags, client, output, signal } = call;
  if (flags.to !== undefined)
    throw cliError('FLAGS_TOGETHER', { first: '--follow', second: '--to' });
  if (output.format === 'md')
    throw cliError('FLAGS_TOGETHER', { first: '--follow', second: '--format md' });
  const { since: _since, from: _from, to: _to, timeZone: _zone, ...query } = toLogQuery(flags);
  const notes = new FollowNotes(output);
  const print = createPrinter(call);
  let printed = 0;
  try {
    const stream = client.follow('/api/v1/logs/stream', {
      query,
      signal,
      onState: (state) => notes.note(state),
    });
    let hasBegun = false;
    for await (const { event, data } of stream) {
      if (event === 'start') {
        const missed = `${showAmount(data.behind, 'record')} later`;
        notes.begin(missed, data.reset);
        // A connection may be lost before it says where it begins.
        if (!hasBegun) await print(await readBefore(call, data.seq));
        hasBegun = true;
      } else if (event === 'skipped')
        output.note(`${showAmount(data.records, 'line')} too many at once, left out.`);
      else {
        await print([data]);
        printed++;
        if (printed === flags.count) break;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  output.note(`${showAmount(printed, 'line')} in ${notes.age}.`);
}

/** What there is before the stream begins, the oldest first; what it will give itself is left out. */
async function readBefore(
  { flags, client, output, signal }: FollowCall,
  seq: string,
): Promise<LogRow[]> {
  const isOpen = flags.since === undefined && flags.from === undefined;
  // Who counts new lines has no use for others, unless they are asked for.
  if (isOpen && flags.count !== undefined) return [];
  const rows: LogRow[] = [];
  try {
    const limit = isOpen ? FEW : MANY;
    let left = '';
    for await (const page of readLogPages(client, toLogQuery(flags), limit, signal)) {
      rows.push(...page.data.filter((row) => BigInt(row.seq) <= BigInt(seq)));
      for (const warning of page.meta.warnings) output.warn(warning);
      const zone = flags['time-zone'] ?? localTimeZone();
      const oldest = page.data.at(-1);
      left = page.meta.nextCursor === null || !oldest ? '' : showTime(oldest.time, zone, 'second');
    }
    if (left !== '' && !isOpen)
      output.warn(
        `There are lines before ${left}, where the newest ${showCount(rows.length)} begin: heartwood logs export gives all.`,
      );
  } catch (error) {
    if (!(error instanceof ApiError) || !NOT_YET.has(error.code)) throw error;
    output.warn(`${error.message} Waiting for the first.`);
  }
  return rows.toReversed();
}

/** Lines before the first new one, as `tail` has it; and where a begin is given. */
const FEW = 10;
const MANY = 1000;

/** Names that may come with the next record. */
const NOT_YET: ReadonlySet<string> = new Set(['SERVICE_UNKNOWN', 'EVENT_UNKNOWN']);

function createPrinter({ flags, output }: FollowCall): (rows: readonly LogRow[]) => Promise<void> {
  let hasHead = false;
  const timeZone = flags['time-zone'] ?? localTimeZone();
  const toText = (row: LogRow): string => {
    if (output.format === 'csv') return csvLine(LOG_COLUMNS, row);
    if (output.format !== 'table') return `${toJson(row)}\n`;
    const clock = flags.relative ? { nowMs: Date.now() } : { timeZone };
    return `${drawLogLine(row, output.view, clock)}\n`;
  };
  return async (rows) => {
    if (output.format === 'csv' && !hasHead) await output.write(csvHead(LOG_COLUMNS));
    hasHead = true;
    if (rows.length > 0) await output.write(rows.map(toText).join(''));
  };
}
