/** Appends accepted requests; all that wait share one write and one fdatasync. */
import { writevSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { receiverError } from '../errors.ts';
import { encodeHeader, HEADER_BYTES, type JournalRecord, type RecordKey } from './record.ts';
import { createSegment, deleteSegmentsBefore, type Segment, syncFolder } from './segment.ts';

/** Size at which a segment is closed and the next begun; small enough that landed data leaves the disk soon. */
const SEGMENT_BYTES = 64 * 1024 * 1024;

interface Waiting {
  readonly record: JournalRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface OpenSegment {
  readonly handle: FileHandle;
  readonly key: RecordKey;
  /** End of the last record that is durable. */
  sizeBytes: number;
}

export interface JournalOptions {
  readonly folder: string;
  /** What lies in the folder already; old segments are never appended to, so a torn end stays an end. */
  readonly segments: readonly Segment[];
  /** Hash seed of the database that the position in this journal stands in. */
  readonly owner: number;
  /** Default 64 MiB. */
  readonly segmentBytes?: number | undefined;
  /** Told how long each fdatasync took. */
  readonly onSync?: ((seconds: number) => void) | undefined;
}

/** The only writer of a journal folder. */
export class JournalWriter {
  readonly #folder: string;
  readonly #owner: number;
  readonly #segmentBytes: number;
  readonly #onSync: (seconds: number) => void;
  #segments: Segment[];
  #open: OpenSegment | undefined;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #flushing: Promise<void> | undefined;
  #closed = false;
  #deleting: Promise<void> = Promise.resolve();

  constructor({
    folder,
    segments,
    owner,
    segmentBytes = SEGMENT_BYTES,
    onSync = () => {},
  }: JournalOptions) {
    this.#folder = folder;
    this.#owner = owner;
    this.#segments = [...segments];
    this.#segmentBytes = segmentBytes;
    this.#onSync = onSync;
  }

  /** Bytes given to {@link append} that are not durable yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Number of segment files. */
  get segmentCount(): number {
    return this.#segments.length;
  }

  /**
   * Resolves when the record would survive a crash. Rejects with `RECEIVER_JOURNAL_WRITE`; the record may then
   * still be found by a replay, so a request sent again must be known by its hash. Records must come in the order of their numbers.
   */
  append(record: JournalRecord): Promise<void> {
    if (this.#closed) return Promise.reject(receiverError('RECEIVER_STOPPING'));
    this.#waitingBytes += record.body.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  /** Deletes segments that hold only records before `landed`. */
  deleteBefore(landed: bigint): Promise<void> {
    // One after the other: two deletions of the same file would be an error.
    this.#deleting = this.#deleting.catch(() => {}).then(() => this.#delete(landed));
    return this.#deleting;
  }

  async #delete(landed: bigint): Promise<void> {
    const before = this.#segments;
    const left = new Set(await deleteSegmentsBefore(before, landed));
    const deleted = new Set(before.filter((segment) => !left.has(segment)));
    // Segments begun meanwhile stay on the list.
    this.#segments = this.#segments.filter((segment) => !deleted.has(segment));
  }

  /** Writes what waits, then closes the file; later appends are rejected. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
    await this.#closeSegment();
    // The folder belongs to whoever comes next.
    await this.#deleting.catch(() => {});
  }

  async #flush(): Promise<void> {
    // Requests that arrive within the same turn of the event loop share the first write as well.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(group);
        for (const { resolve } of group) resolve();
      } catch (cause) {
        await this.#abandonTail();
        const error = receiverError('RECEIVER_JOURNAL_WRITE', { path: this.#folder }, cause);
        for (const { reject } of group) reject(error);
      }
      for (const { record } of group) this.#waitingBytes -= record.body.length;
    }
    // In the same turn as the last look at the list: an append in between would wait for nobody.
    this.#flushing = undefined;
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    const segment = await this.#segmentFor(group[0]?.record.number ?? 0n);
    const buffers = group.flatMap(({ record }) => [encodeHeader(record, segment.key), record.body]);
    const expected = group.reduce((sum, { record }) => sum + HEADER_BYTES + record.body.length, 0);
    writeAll(segment.handle, buffers, segment.sizeBytes);
    const begin = performance.now();
    await segment.handle.datasync();
    this.#onSync((performance.now() - begin) / 1000);
    segment.sizeBytes += expected;
  }

  async #segmentFor(first: bigint): Promise<OpenSegment> {
    if (this.#open !== undefined && this.#open.sizeBytes < this.#segmentBytes) return this.#open;
    await this.#closeSegment();
    // Another that was to begin here holds no whole record; should one come to light later, it would hide this one's.
    for (const { file } of this.#segments.filter((segment) => segment.first === first))
      await rm(file, { force: true });
    const segment = createSegment(this.#folder, this.#owner, first);
    const handle = await open(segment.file, 'wx', 0o600);
    this.#open = { handle, key: segment.key, sizeBytes: 0 };
    this.#segments = [...this.#segments.filter((other) => other.first !== first), segment];
    // The name must be durable before the first record is acknowledged, else a power cut loses the whole file.
    await syncFolder(this.#folder);
    return this.#open;
  }

  /**
   * After a failed write the end of the segment is unknown, and after a failed fdatasync a second one may succeed
   * without the data being there: the tail is cut off and the file never written again.
   */
  async #abandonTail(): Promise<void> {
    const segment = this.#open;
    this.#open = undefined;
    if (segment === undefined) return;
    await segment.handle.truncate(segment.sizeBytes).catch(() => {});
    await segment.handle.close().catch(() => {});
  }

  async #closeSegment(): Promise<void> {
    const segment = this.#open;
    this.#open = undefined;
    await segment?.handle.close();
  }
}

/** Linux takes at most 1,024 buffers in one call (IOV_MAX). */
const MAX_BUFFERS = 1024;

/**
 * Synchronous: it is a copy into the page cache, and each trip to the thread pool and back waits for whatever else the
 * core does. With a landing beside it that made the slowest hundredth of the answers take 1.5 times as long.
 */
function writeAll(handle: FileHandle, buffers: readonly Buffer[], position: number): void {
  let at = position;
  for (let begin = 0; begin < buffers.length; begin += MAX_BUFFERS) {
    let rest = buffers.slice(begin, begin + MAX_BUFFERS);
    while (rest.length > 0) {
      const bytesWritten = writevSync(handle.fd, rest, at);
      at += bytesWritten;
      rest = behind(rest, bytesWritten);
    }
  }
}

/** What is left of the buffers after `written` bytes; a full disk or a signal may cut a write short. */
function behind(buffers: readonly Buffer[], written: number): Buffer[] {
  let skip = written;
  const rest: Buffer[] = [];
  for (const buffer of buffers) {
    if (skip >= buffer.length) skip -= buffer.length;
    else {
      rest.push(skip === 0 ? buffer : buffer.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}
