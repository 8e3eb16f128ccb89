/** Watches the free space of the disk that the journal is on. */
import { statfs } from 'node:fs/promises';

/** How often the disk is asked; at 500 MB/s a disk fills 250 MB in between. */
const INTERVAL_MS = 500;

export class FreeDisk {
  readonly #folder: string;
  #freeBytes = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Bytes that this process may still write, as of the last look. */
  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** Looks now and from then on twice a second. */
  async start(): Promise<void> {
    await this.#look();
    this.#lookLater();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    if (this.#stopped) return;
    // The next look begins only behind the last: on a disk that hangs they would pile up.
    this.#timer = setTimeout(() => void this.#look().then(() => this.#lookLater()), INTERVAL_MS);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    try {
      const { bavail, bsize } = await statfs(this.#folder);
      this.#freeBytes = bavail * bsize;
    } catch {
      // The folder is gone or unreadable: the journal's own writes tell, with the better message.
    }
  }
}
