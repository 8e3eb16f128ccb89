/** One log record by its number. */
import type { Reader, ReadOptions } from '@heartwood/store';
import { QuestionError } from './errors.ts';
import { nsToInstant } from './instant.ts';
import { toLogReport, type LogReport } from './log.ts';

/** Reads all that is stored of a record. Rejects with `LOG_UNKNOWN` when there is none, or no longer. */
export async function readLogRecord(
  reader: Reader,
  seq: string,
  options: ReadOptions = {},
): Promise<LogReport & { readonly receivedTime: string }> {
  const [row] = await reader.read('log/record', { seq: BigInt(seq) }, options);
  if (row === undefined) throw new QuestionError('LOG_UNKNOWN', 'seq', { value: seq });
  const { receivedTime, ...record } = row;
  return { ...toLogReport(record), receivedTime: nsToInstant(receivedTime) };
}
