/** Keeps what was acknowledged and can no longer be decoded, so that neither it nor the requests behind it are lost. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { JournalRecord } from './journal/record.ts';

/** Writes the request and the reason into a file of the folder, made when missing; resolves with its path. */
export async function writeDeadLetter(
  folder: string,
  { number, receivedNs, signal, encoding, compression, body }: JournalRecord,
  reason: string,
): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${number}.json`);
  const letter = {
    reason,
    number: String(number),
    receivedNs: String(receivedNs),
    signal,
    encoding,
    compression,
    bodyBase64: body.toString('base64'),
  };
  await writeFile(file, JSON.stringify(letter), { mode: 0o600, flush: true });
  return file;
}
