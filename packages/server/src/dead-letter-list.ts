/** The command that lists what was acknowledged and cannot be stored. */
import { readDeadLetters } from '@heartwood/receiver';

/** Writes a line for each letter, oldest first; resolves with the exit code 0. Nothing is changed. */
export async function listDeadLetters(
  journalDir: string,
  { write }: { readonly write: (text: string) => void },
): Promise<number> {
  let letters = 0;
  for await (const letter of readDeadLetters(journalDir)) {
    letters++;
    const { file, receivedNs, signal, from, to, bodyBytes, reason } = letter;
    const received = new Date(Number(receivedNs / 1_000_000n)).toISOString();
    const which = to === undefined ? `records ${from} to the end` : `records ${from} to ${to - 1}`;
    write(
      `${received}  ${signal}  ${which}, request of ${bodyBytes} bytes\n  ${toLine(reason)}\n  ${file}\n`,
    );
  }
  write(letters === 0 ? 'no dead letters\n' : `${letters} dead letters\n`);
  return 0;
}

/** Reasons quote what came from outside: a terminal obeys its control characters. */
const toLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
