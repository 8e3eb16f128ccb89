/** The folder of dead letters, within a bound: so many bytes, then the oldest go, counted and said. */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type DeadLetter,
  letterFolder,
  letterName,
  letterText,
  listLetters,
} from './dead-letter.ts';
import { syncFolder } from './journal/segment.ts';

/** What lies in the folder, and what had to go from it since the start of the process. */
export interface DeadLetterUse {
  readonly files: number;
  readonly bytes: number;
  /** When it would be more, the oldest letters go. */
  readonly limitBytes: number;
  readonly deleted: number;
}

export interface DeadLettersOptions {
  readonly journalDir: string;
  readonly limitBytes: number;
  /** Told what an operator should know. */
  readonly onTrouble: (message: string, cause?: unknown) => void;
}

/** A full folder of the smallest letters is still one that people can look through. */
const MAX_FILES = 10_000;
/** Share of the room behind which an operator is told that letters will go. */
const WARN_SHARE = 0.8;
/** How often the folder is looked at, for people take letters out of it, milliseconds. */
const LOOK_MS = 30_000;

export class DeadLetters {
  readonly #options: DeadLettersOptions;
  readonly #folder: string;
  readonly #timer: NodeJS.Timeout;
  /** Sizes by name, the oldest letter first. */
  #files: ReadonlyMap<string, number> = new Map();
  #deleted = 0;
  #isWarned = false;

  private constructor(options: DeadLettersOptions) {
    this.#options = options;
    this.#folder = letterFolder(options.journalDir);
    this.#timer = setInterval(() => void this.#look().catch(() => {}), LOOK_MS);
    this.#timer.unref();
  }

  /** Looks at what an earlier process has left. */
  static async open(options: DeadLettersOptions): Promise<DeadLetters> {
    const letters = new DeadLetters(options);
    await letters.#look().catch((cause: unknown) => {
      options.onTrouble('the dead letters cannot be looked at', cause);
    });
    return letters;
  }

  get use(): DeadLetterUse {
    const { limitBytes } = this.#options;
    return { files: this.#files.size, bytes: this.#bytes, limitBytes, deleted: this.#deleted };
  }

  /** Looks at the folder no more. */
  close(): void {
    clearInterval(this.#timer);
  }

  /**
   * Writes the request and the reason into a file beside the journal; resolves with its path when it would survive a crash.
   * The oldest letters make room for it: what they hold people have had the longest time to look at.
   */
  async write(letter: DeadLetter): Promise<string> {
    const { journalDir } = this.#options;
    const name = letterName(letter);
    const file = path.join(this.#folder, name);
    const text = letterText(letter);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.#look();
    await this.#makeRoom(name, Buffer.byteLength(text));
    await writeFile(file, text, { mode: 0o600, flush: true });
    for (const parent of [this.#folder, journalDir]) await syncFolder(parent);
    await this.#look();
    this.#warn();
    return file;
  }

  get #bytes(): number {
    return [...this.#files.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  async #look(): Promise<void> {
    const files = new Map<string, number>();
    for (const name of await listLetters(this.#folder)) {
      // Whoever looks at them may take one away meanwhile.
      const found = await stat(path.join(this.#folder, name)).catch(() => undefined);
      if (found !== undefined) files.set(name, found.size);
    }
    this.#files = files;
  }

  async #makeRoom(name: string, bytes: number): Promise<void> {
    const { limitBytes, onTrouble } = this.#options;
    // The same letter written anew takes the place of itself.
    const others = [...this.#files].filter(([other]) => other !== name);
    let taken = others.reduce((sum, [, size]) => sum + size, bytes);
    let left = others.length + 1;
    for (const [oldest, size] of others) {
      if (taken <= limitBytes && left <= MAX_FILES) return;
      await rm(path.join(this.#folder, oldest), { force: true });
      taken -= size;
      left--;
      this.#deleted++;
      onTrouble(
        `the dead letters have no room left: ${oldest} of ${size} bytes, the oldest, is deleted, and what it held is lost. Look at them ("heartwood-server dead-letters") and move them away`,
      );
    }
  }

  #warn(): void {
    const { limitBytes, onTrouble } = this.#options;
    const isNearlyFull =
      this.#bytes > limitBytes * WARN_SHARE || this.#files.size > MAX_FILES * WARN_SHARE;
    if (isNearlyFull && !this.#isWarned)
      onTrouble(
        `the dead letters take ${this.#bytes} of ${limitBytes} bytes; at the limit the oldest are deleted. Look at them ("heartwood-server dead-letters") and move them away`,
      );
    this.#isWarned = isNearlyFull;
  }
}
