/** A store in memory that keeps what landed, may fail, and may be left as by a crash. */
import { CodedError } from '@heartwood/semconv';
import type { ResumeState, Sink } from '@heartwood/store';
import { type Batch, NO_ENTRIES, type Position, START_POSITION } from '@heartwood/store/batch';
import type { ResumableStore } from '../resume.ts';

export class MemoryStore implements Sink, ResumableStore {
  spanIds: bigint[] = [];
  requests: { hash: string; accepted: number; rejected: number }[] = [];
  texts = 0;
  position: Position = START_POSITION;
  /** How many of the next landings fail. */
  failures = 0;
  /** Set, landings never end: the process that called them is as good as dead. */
  frozen = false;
  /** Which spans the database refuses, and with which code it says so. */
  refuses: (spanId: bigint) => boolean = () => false;
  refusal = 'STORE_DATA_REFUSED';
  readonly #listeners: ((error: CodedError) => void)[] = [];

  async land(batch: Batch, position: Position): Promise<void> {
    const { spans, requests, vocabulary } = batch;
    const ids = new BigUint64Array(spans.buffer, spans.offset.span_id, spans.rows).slice();
    const view = new DataView(requests.buffer);
    const hashes = Array.from({ length: requests.rows }, (_, row) => {
      const at = requests.offset.hash + row * 16;
      const high = view.getBigUint64(at + 8, true) ^ (1n << 63n);
      const hash = (high << 64n) | view.getBigUint64(at, true);
      return {
        hash: hash.toString(16).padStart(32, '0'),
        accepted: view.getUint32(requests.offset.accepted + row * 4, true),
        rejected: view.getUint32(requests.offset.rejected + row * 4, true),
      };
    });
    const texts = vocabulary.rows;
    for (const table of batch.tables) table.adopt(table.release());
    await new Promise((resolve) => setImmediate(resolve));
    if (this.frozen) await new Promise(() => {});
    if (this.failures > 0) {
      this.failures--;
      throw new Error('the disk is full');
    }
    const refused = ids.find((id) => this.refuses(id));
    if (refused !== undefined)
      throw new CodedError(this.refusal, `no span ${refused}`, this.refusal === 'STORE_FATAL');
    // One by one: as arguments, the rows of a full batch would not fit on the stack.
    for (const id of ids) this.spanIds.push(id);
    this.requests.push(...hashes);
    this.texts += texts;
    this.position = position;
  }

  async takeBackPart(): Promise<void> {
    const { record, part } = this.position;
    this.spanIds.length = Number(part?.firstSeq ?? 1n) - 1;
    this.position = { record, rows: 0 };
  }

  onFatal(listener: (error: CodedError) => void): void {
    this.#listeners.push(listener);
  }

  /** Stops working, as a question may notice. */
  breakDown(): void {
    const error = new CodedError('STORE_FATAL', 'the database stopped working', true);
    for (const listener of this.#listeners) listener(error);
  }

  async readResumeState(): Promise<ResumeState> {
    return {
      position: this.position,
      nextSeq: BigInt(this.spanIds.length + 1),
      hashSeed: 7,
      vocabulary: NO_ENTRIES,
      identities: NO_ENTRIES,
      resources: NO_ENTRIES,
      scopes: NO_ENTRIES,
      metrics: NO_ENTRIES,
      attributeSets: NO_ENTRIES,
      requests: this.requests,
    };
  }
}
