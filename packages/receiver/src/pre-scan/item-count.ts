/** Counts what a request holds while its structure is walked, and refuses it at the first thing too many. */
import { receiverError } from '../errors.ts';
import type { ReceiverLimits } from '../limits.ts';

/** What is counted: resources and scopes, what a batch has rows for, metrics, and what lies in any of these. */
export const ITEM = { NONE: 0, ENVELOPE: 1, RECORD: 2, METRIC: 3, PART: 4 } as const;
export type Item = (typeof ITEM)[keyof typeof ITEM];

/** What senders call the records of a signal. */
const RECORD_NAMES: Readonly<Record<string, string>> = {
  traces: 'spans',
  logs: 'log records',
  metrics: 'data points',
};

export class ItemCount {
  /** How many of each may still come; whoever takes one below zero calls {@link refuse}. */
  readonly left: Int32Array;
  readonly #limits: readonly number[];
  readonly #names: readonly string[];

  constructor(limits: ReceiverLimits, signal: string) {
    const { envelopes, records, requestAttributes } = limits;
    this.#limits = [0, envelopes, records, records, requestAttributes];
    this.#names = [
      '',
      'resources and scopes',
      RECORD_NAMES[signal] ?? 'records',
      'metrics',
      'attributes, events, links, exemplars, buckets and list elements',
    ];
    this.left = Int32Array.from(this.#limits);
  }

  /** Counts `items` more. Throws `OTLP_TOO_LARGE` when they are too many. */
  take(item: Item, items: number): void {
    const left = (this.left[item] as number) - items;
    this.left[item] = left;
    if (left < 0) this.refuse(item);
  }

  /** Throws `OTLP_TOO_LARGE`. */
  refuse(item: Item): never {
    const limit = `${this.#limits[item]} ${this.#names[item]}`;
    throw receiverError('OTLP_TOO_LARGE', { what: `more than ${limit}`, limit });
  }
}
