/** Counts what the events of one request did that the plan does not say, and writes the counts as rows. */
import { VIOLATION_TYPES, type Violation } from '@heartwood/semconv';
import { type Batch, type ColumnBatch, writeText } from '@heartwood/store/batch';
import { type FixedText, fixedText } from '../decode/interner.ts';
import type { OpenRequest } from '../decode/open-request.ts';

interface Count {
  readonly event: string;
  readonly type: number;
  readonly path: string;
  readonly version: string;
  records: number;
  /** Records that it kept out. */
  blocked: number;
  /** `seq` of the first that becomes a row, words. */
  seqLow: number;
  seqHigh: number;
}

/**
 * Different violations of a request that are told apart. What comes beyond is counted without its path, and what is not
 * planned without its name as well: anybody can make up names, each of which would stay as a row.
 */
const MOST_COUNTS = 1000;

/** In the place of names that are not told; no event is called so. */
const OTHER_EVENTS = '(other events)';

/** What became of the record that a violation was found in. */
interface Fate {
  readonly isRow: boolean;
  /** The record is no row because of this violation. */
  readonly isBlocking: boolean;
}

export class ViolationCounts {
  readonly #request: OpenRequest;
  readonly #counts = new Map<string, Count>();

  constructor(request: OpenRequest) {
    this.#request = request;
  }

  clear(): void {
    this.#counts.clear();
  }

  /** Counts a violation of the record at hand, whose row is the next. */
  add(event: string, { type, path, schemaVersion }: Violation, { isRow, isBlocking }: Fate): void {
    const { seqLow, seqHigh } = this.#request;
    const version = schemaVersion ?? '';
    const toKey = (name: string, at: string): string => `${type}\n${version}\n${name}\n${at}`;
    let name = event;
    let place = path;
    let key = toKey(name, place);
    if (this.#counts.size >= MOST_COUNTS && !this.#counts.has(key)) {
      if (schemaVersion === null) name = OTHER_EVENTS;
      place = '';
      key = toKey(name, place);
    }
    let count = this.#counts.get(key);
    if (count === undefined) {
      count = {
        event: name,
        type: VIOLATION_TYPES.indexOf(type),
        path: place,
        version,
        records: 0,
        blocked: 0,
        seqLow: 0,
        seqHigh: 0,
      };
      this.#counts.set(key, count);
    }
    count.records++;
    if (isBlocking) count.blocked++;
    if (isRow && count.seqLow === 0 && count.seqHigh === 0) {
      count.seqLow = seqLow;
      count.seqHigh = seqHigh;
    }
  }

  write(batch: Batch, texts: Batch): void {
    if (this.#counts.size === 0) return;
    for (const count of this.#counts.values()) this.#writeRow(count, batch, texts);
    this.#counts.clear();
  }

  #writeRow(count: Count, { planViolations: rows }: Batch, texts: Batch): void {
    const { vocabulary, limits, receivedLow, receivedHigh, recordNumber } = this.#request;
    rows.reserve(1);
    const row = rows.rows++;
    const { offset, words } = rows;
    const put = (at: number, low: number, high: number): void => {
      words[(at >> 2) + row * 2] = low;
      words[(at >> 2) + row * 2 + 1] = high;
    };
    vocabulary.fixed(fixedText(cut(count.event, limits.nameBytes)), texts.vocabulary);
    put(offset.event_name_id, vocabulary.low, vocabulary.high);
    put(offset.first_time, receivedLow, receivedHigh);
    put(offset.last_time, receivedLow, receivedHigh);
    put(offset.sample_seq, count.seqLow, count.seqHigh);
    const receivedNs = (BigInt(receivedHigh) << 32n) | BigInt(receivedLow >>> 0);
    put(offset.record, Number(BigInt.asIntN(32, recordNumber)), Number(recordNumber >> 32n));
    words[(offset.hour >> 2) + row] = Number(receivedNs / HOUR_NS);
    words[(offset.records >> 2) + row] = count.records;
    words[(offset.blocked >> 2) + row] = count.blocked;
    rows.bytes[offset.type + row] = count.type;
    rows.bytes[offset.merged + row] = 0;
    putText(rows, offset.path, row, fixedText(count.path));
    putText(rows, offset.schema_version, row, fixedText(count.version));
  }
}

const HOUR_NS = 3_600_000_000_000n;

const putText = (rows: ColumnBatch, offset: number, row: number, text: FixedText): void =>
  writeText(rows, offset, row, text.view, 0, text.length);

/** As the column of names does: no more bytes, and no part of a character. */
function cut(name: string, bytes: number): string {
  const encoded = Buffer.from(name);
  if (encoded.length <= bytes) return name;
  return encoded
    .subarray(0, bytes)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '');
}
