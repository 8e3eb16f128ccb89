/** Keeps what was acknowledged and cannot be stored, so that neither it nor the requests behind it are lost. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JournalRecord } from './journal/record.ts';
import { syncFolder } from './journal/segment.ts';

export interface DeadLetter {
  readonly request: JournalRecord;
  /** The records of the request that are meant, by their place in it; without `to` all behind `from`. */
  readonly from: number;
  readonly to?: number | undefined;
  /** Why it cannot be stored. */
  readonly reason: string;
}

/** Writes the request and the reason into a file beside the journal; resolves with its path when it would survive a crash. */
export async function writeDeadLetter(
  journalDir: string,
  { request, from, to, reason }: DeadLetter,
): Promise<string> {
  const folder = path.join(journalDir, 'dead-letters');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { number, receivedNs, signal, encoding, compression, body } = request;
  const file = path.join(folder, from === 0 ? `${number}.json` : `${number}-${from}.json`);
  const letter = {
    reason,
    number: String(number),
    records: { from, to },
    receivedNs: String(receivedNs),
    signal,
    encoding,
    compression,
    bodyBase64: body.toString('base64'),
  };
  await writeFile(file, JSON.stringify(letter), { mode: 0o600, flush: true });
  for (const parent of [folder, journalDir]) await syncFolder(parent);
  return file;
}
