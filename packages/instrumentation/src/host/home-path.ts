/** Paths that begin in the home folder of the user. */
import { homedir } from 'node:os';

/** The path with its leading `~` put in full; unchanged for a user without a home, as containers run under any number. */
export function expandHome(path: string): string {
  try {
    return path.replace(/^~(?=[\\/]|$)/, () => homedir());
  } catch {
    return path;
  }
}
