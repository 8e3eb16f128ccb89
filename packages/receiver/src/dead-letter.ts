/** What was acknowledged and cannot be stored, as a file: the request, the records that are meant, and why. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JournalRecord } from './journal/record.ts';
import { SIGNALS } from './signal.ts';

export interface DeadLetter {
  readonly request: JournalRecord;
  /** The records of the request that are meant, by their place in it; without `to` all behind `from`. */
  readonly from: number;
  readonly to?: number | undefined;
  /** Why it cannot be stored. */
  readonly reason: string;
}

/** A letter without the request's body. */
export interface DeadLetterHead {
  readonly file: string;
  readonly receivedNs: bigint;
  /** Name of the signal. */
  readonly signal: string;
  readonly from: number;
  /** Undefined: to the end of the request. */
  readonly to: number | undefined;
  readonly reason: string;
  readonly bodyBytes: number;
}

/** Reads what lies there, oldest first. A file that is no whole letter, as a crash leaves it, is left out. */
export async function* readDeadLetters(journalDir: string): AsyncGenerator<DeadLetterHead> {
  const folder = letterFolder(journalDir);
  for (const name of await listLetters(folder)) {
    const file = path.join(folder, name);
    const letter = parseLetter(await readFile(file, 'utf8'));
    if (letter === undefined) continue;
    const { receivedNs, signal, records, reason, bodyBase64 } = letter;
    yield {
      file,
      receivedNs: BigInt(receivedNs),
      signal: nameOfSignal(signal),
      from: records.from,
      to: records.to,
      reason,
      bodyBytes: Buffer.byteLength(bodyBase64, 'base64'),
    };
  }
}

function nameOfSignal(number: number): string {
  const signal = [...SIGNALS.values()].find((other) => other.number === number);
  return signal?.name ?? `signal ${number}`;
}

interface LetterFile {
  readonly reason: string;
  readonly number: string;
  readonly records: { readonly from: number; readonly to?: number | undefined };
  readonly receivedNs: string;
  readonly signal: number;
  readonly encoding: number;
  readonly compression: number;
  readonly bodyBase64: string;
}

function parseLetter(text: string): LetterFile | undefined {
  try {
    return JSON.parse(text) as LetterFile;
  } catch {
    return undefined;
  }
}

/** Text of its file. */
export function letterText({ request, from, to, reason }: DeadLetter): string {
  const { number, receivedNs, signal, encoding, compression, body } = request;
  const letter: LetterFile = {
    reason,
    number: String(number),
    records: { from, to },
    receivedNs: String(receivedNs),
    signal,
    encoding,
    compression,
    bodyBase64: body.toString('base64'),
  };
  return JSON.stringify(letter);
}

/** The folder of the letters. */
export const letterFolder = (journalDir: string): string => path.join(journalDir, 'dead-letters');

/** Name of its file. */
export const letterName = ({ request: { number }, from }: DeadLetter): string =>
  from === 0 ? `${number}.json` : `${number}-${from}.json`;

/** Number of the request, and of the first record where that is not its first. */
const NAME = /^(?<number>\d+)(?:-(?<from>\d+))?\.json$/;

/** Names of the letters in the order of their requests; other files are somebody else's. */
export async function listLetters(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names
    .flatMap((name) => {
      const { number, from = '0' } = NAME.exec(name)?.groups ?? {};
      return number === undefined ? [] : [{ name, number: BigInt(number), from: Number(from) }];
    })
    .toSorted((a, b) => (a.number === b.number ? a.from - b.from : a.number < b.number ? -1 : 1))
    .map(({ name }) => name);
}
