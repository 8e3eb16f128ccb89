/** Which failures to read a database mean that it is damaged; all others tell of the surroundings and nothing of the data. */
import { CodedError } from '@heartwood/semconv';
import { isDamage } from '../failures.ts';

/** Can this never be read, however often it is tried? Only then may something else take its place. */
export function isUnreadable(error: unknown): boolean {
  if (isSurroundings(error)) return false;
  const reason = messageOf(error);
  return isDamage(reason) || NO_DATABASE.test(reason);
}

/** No room, no memory, no right to, somebody else at work: the same data may be read well another time. */
export const isSurroundings = (error: unknown): boolean =>
  error instanceof CodedError || SURROUNDINGS.test(messageOf(error));

/**
 * DuckDB 1.5.6 on files whose head is overwritten or whose end is missing; INTERNAL and FATAL are its words for content
 * that passes the checksums and contradicts itself.
 */
const NO_DATABASE =
  /not a valid DuckDB database file|Could not read enough bytes|^(?:INTERNAL|FATAL) Error/iu;

/** In any place: DuckDB quotes what stopped the replay of a WAL behind words that tell of damage. */
const SURROUNDINGS =
  /No space left|Disk quota|File too large|Out of Memory|allocate|Permission denied|Operation not permitted|Read-only file system|Too many open files|Conflicting lock|Input\/output error|INTERRUPT/iu;

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
