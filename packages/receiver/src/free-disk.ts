/** Watches the free space of the disk that the journal is on. */
import { statfs } from 'node:fs/promises';

/** How often the disk is asked; at 500 MB/s a disk fills 250 MB in between. */
const INTERVAL_MS = 500;

export class FreeDisk {
  readonly #folder: string;
  #freeBytes = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

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
    this.#timer = setInterval(() => void this.#look(), INTERVAL_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
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
