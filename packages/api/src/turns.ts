/** Questions of one answer, a few at a time. */
import type { Reader } from '@heartwood/store';

/** More would only wait before the connections, whose line is for callers: a long one is refused as `STORE_BUSY`. */
const MOST_AT_ONCE = 4;

/** The reader for one answer: of any number of questions asked at once, four run and the others come in their order. */
export function takeTurns(reader: Reader): Reader {
  const waiting: (() => void)[] = [];
  let running = 0;
  const inTurn = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    if (running < MOST_AT_ONCE) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await ask();
    } finally {
      // Whoever is next takes the place over.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
  return {
    exactRuns: reader.exactRuns,
    isSummed: (selector) => reader.isSummed(selector),
    read: async (...question) => await inTurn(async () => await reader.read(...question)),
    ask: async (...question) => await inTurn(async () => await reader.ask(...question)),
  };
}
