/** Watches the free space of the disk that the journal is on. */
import { statfs } from 'node:fs/promises';

/** How often the disk is asked; at 500 MB/s a disk fills 250 MB in between. */
const INTERVAL_MS = 500;

export interface FreeDiskOptions {
  readonly folder: string;
  /** Below this the disk is low. */
  readonly lowBytes: number;
  /** Told when it has become low, and when it no longer is. */
  readonly onChange: (isLow: boolean, freeBytes: number) => void;
}

export class FreeDisk {
  readonly #options: FreeDiskOptions;
  #isLow = false;
  #freeBytes = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: FreeDiskOptions) {
    this.#options = options;
  }

  /** Bytes that this process may still write, as of the last look. */
  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** True when less is free than should be left. */
  get isLow(): boolean {
    return this.#isLow;
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
    const { folder, lowBytes, onChange } = this.#options;
    try {
      const { bavail, bsize } = await statfs(folder);
      this.#freeBytes = bavail * bsize;
      const isLow = this.#freeBytes < lowBytes;
      if (isLow === this.#isLow) return;
      this.#isLow = isLow;
      onChange(isLow, this.#freeBytes);
    } catch {
      // The folder is gone or unreadable: the journal's own writes tell, with the better message.
    }
  }
}
