/** What live sight costs: `npm run bench operations [short] [live|logs …]`. */
import { measureLive } from './live-operations.ts';
import { measureLogFollowers } from './log-followers.ts';

const PARTS: Readonly<Record<string, (isShort: boolean) => Promise<void>>> = {
  live: measureLive,
  logs: measureLogFollowers,
};

/** Prints a table for each part; resolves with false when a part is not known. */
export async function benchOperations(words: readonly string[]): Promise<boolean> {
  const asked = words.filter((word) => word !== 'short');
  const unknown = asked.filter((word) => PARTS[word] === undefined);
  if (unknown.length > 0) {
    console.error(`no part ${unknown.join(', ')}; there are: ${Object.keys(PARTS).join(', ')}`);
    return false;
  }
  for (const [name, measure] of Object.entries(PARTS))
    if (asked.length === 0 || asked.includes(name)) await measure(words.includes('short'));
  return true;
}
