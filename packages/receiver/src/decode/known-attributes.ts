/** Attributes of the record at hand that mean something: those with a column of their own, and those that rules look at. */
import {
  ATTR_ERROR_TYPE,
  ATTR_EVENT_NAME,
  ATTR_FEATURE_CATEGORY,
  ATTR_FEATURE_COMPONENT,
  ATTR_FEATURE_EFFICIENCY,
  ATTR_FEATURE_FILTER,
  ATTR_FEATURE_INPUT_SIZE,
  ATTR_FEATURE_ITERATIONS,
  ATTR_FEATURE_NAME,
  ATTR_FEATURE_OPERATION_ID,
  ATTR_FEATURE_OUTPUT_SIZE,
  ATTR_FEATURE_PERFORMANCE_TIER,
  ATTR_FEATURE_STATUS,
  ATTR_FEATURE_VERSION,
  ATTR_HOST_NAME,
  ATTR_PROCESS_PID,
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_NAME,
  ATTR_SESSION_ID,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  FEATURE_STATUSES,
  PERFORMANCE_TIERS,
} from '@heartwood/semconv';
import type { TextSource } from './text/text-source.ts';

/** Numbers of the attributes that are lifted into columns; what rules look at is numbered behind them. */
export const LIFTED = {
  NAME: 1,
  CATEGORY: 2,
  COMPONENT: 3,
  VERSION: 4,
  STATUS: 5,
  TIER: 6,
  EFFICIENCY: 7,
  ITERATIONS: 8,
  INPUT_SIZE: 9,
  OUTPUT_SIZE: 10,
  SESSION: 11,
  USER_HASH: 12,
  USER_ID: 13,
  ERROR_TYPE: 14,
} as const;

/** Number of the attribute that names the service; it is looked at in resources and never lifted. */
export const SERVICE_NAME = 15;

/** Number of the attribute that says that the sender leaves out other runs; its presence is a mark, its text stays. */
export const FILTER = 16;

/** Number of the attribute that names an event where the field of a log record does not; its text stays. */
export const EVENT_NAME = 17;

/** Number of the attribute that names the operation that an event tells of; its text stays. */
export const OPERATION_ID = 18;

/** Numbers of the attributes that tell which process a resource is; they are looked at in resources and never lifted. */
export const INSTANCE_ID = 19;
export const HOST_NAME = 20;
export const PROCESS_PID = 21;

/** What log records have a column for, bits by number: they are no runs, so nothing else of a run is lifted from them. */
const LIFTED_FROM_LOGS =
  (1 << LIFTED.NAME) |
  (1 << LIFTED.COMPONENT) |
  (1 << LIFTED.SESSION) |
  (1 << LIFTED.USER_HASH) |
  (1 << LIFTED.USER_ID) |
  (1 << LIFTED.ERROR_TYPE);

/** Attribute names in the order of their numbers: {@link LIFTED}, then what is only looked at. */
export const KNOWN_NAMES: readonly string[] = [
  ATTR_FEATURE_NAME,
  ATTR_FEATURE_CATEGORY,
  ATTR_FEATURE_COMPONENT,
  ATTR_FEATURE_VERSION,
  ATTR_FEATURE_STATUS,
  ATTR_FEATURE_PERFORMANCE_TIER,
  ATTR_FEATURE_EFFICIENCY,
  ATTR_FEATURE_ITERATIONS,
  ATTR_FEATURE_INPUT_SIZE,
  ATTR_FEATURE_OUTPUT_SIZE,
  ATTR_SESSION_ID,
  ATTR_USER_HASH,
  ATTR_USER_ID,
  ATTR_ERROR_TYPE,
  ATTR_SERVICE_NAME,
  ATTR_FEATURE_FILTER,
  ATTR_EVENT_NAME,
  ATTR_FEATURE_OPERATION_ID,
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_HOST_NAME,
  ATTR_PROCESS_PID,
];

export const FIRST_RULE_KEY: number = KNOWN_NAMES.length + 1;

/**
 * The first value of a key counts, also when it does not fit its column and therefore stays in the attributes.
 * Texts are kept as start and length, integers as low and high word.
 */
export class KnownAttributes {
  /** Low word or start of a text, by attribute number. */
  readonly low: Int32Array;
  /** High word or length of a text. */
  readonly high: Int32Array;
  efficiency: number = Number.NaN;
  /** True when the score came as an integer. */
  isIntegerScore = false;
  /** Number of the status or tier that was given, 0 for none. */
  status = 0;
  tier = 0;
  /** How many attributes that rules look at the record has. */
  noticed = 0;
  /**
   * Whose attributes are read: a span's are lifted, a log record's as far as it has columns for them, of a resource's only the
   * service counts, an item's are left alone.
   */
  mode: 'record' | 'log' | 'resource' | 'item' = 'record';
  readonly #seen: Int32Array;
  readonly #fits: Int32Array;
  readonly #source: TextSource;
  #record = 0;

  /** @param keys number of keys that are known, lifted and noticed together */
  constructor(source: TextSource, keys: number) {
    this.#source = source;
    this.low = new Int32Array(keys + 1);
    this.high = new Int32Array(keys + 1);
    this.#seen = new Int32Array(keys + 1);
    this.#fits = new Int32Array(keys + 1);
  }

  /** Starts on another record. */
  next(): void {
    this.#record = (this.#record + 1) | 0;
    if (this.#record === 0) {
      this.#seen.fill(0);
      this.#fits.fill(0);
      this.#record = 1;
    }
    this.efficiency = Number.NaN;
    this.status = 0;
    this.tier = 0;
    this.noticed = 0;
  }

  /** True when the record has the attribute with a value that fits. */
  has(key: number): boolean {
    return this.#fits[key] === this.#record;
  }

  /** Takes a string; true when it is lifted, so that the attributes need not hold it. */
  takeText(key: number, start: number, length: number): boolean {
    if (this.#seen[key] === this.#record) return false;
    this.#seen[key] = this.#record;
    if (this.mode !== 'record' && !this.#isForLog(key) && !this.#isForResource(key)) return false;
    if (key >= SERVICE_NAME) {
      if (length === 0) return false;
      if (key >= FIRST_RULE_KEY) this.noticed++;
      this.#keep(key, start, length);
      return false;
    }
    switch (key) {
      case LIFTED.STATUS:
        this.status = this.#wordNumber(STATUS_WORDS, start, length);
        if (this.status === 0) return false;
        break;
      case LIFTED.TIER:
        this.tier = this.#wordNumber(TIER_WORDS, start, length);
        if (this.tier === 0) return false;
        break;
      case LIFTED.EFFICIENCY:
      case LIFTED.ITERATIONS:
      case LIFTED.INPUT_SIZE:
      case LIFTED.OUTPUT_SIZE:
        return false;
      default:
        if (length === 0) return false;
    }
    this.#keep(key, start, length);
    return true;
  }

  /** Takes an integer; true when it is lifted. */
  takeInt(key: number, low: number, high: number): boolean {
    if (this.#seen[key] === this.#record) return false;
    this.#seen[key] = this.#record;
    if (this.mode !== 'record') {
      if (key === PROCESS_PID && this.mode === 'resource' && high === 0 && low >= 0)
        this.#keep(key, low, high);
      return false;
    }
    switch (key) {
      case LIFTED.EFFICIENCY:
        // JavaScript SDKs send a score of 0 or 1 as an integer.
        if (high !== 0 || (low !== 0 && low !== 1)) return false;
        this.efficiency = low;
        this.isIntegerScore = true;
        break;
      case LIFTED.ITERATIONS:
        if (high !== 0 || low === 0) return false;
        break;
      case LIFTED.INPUT_SIZE:
      case LIFTED.OUTPUT_SIZE:
        if (high < 0) return false;
        break;
      default:
        return false;
    }
    this.#keep(key, low, high);
    return true;
  }

  /** Takes a double; true when it is lifted. */
  takeDouble(key: number, value: number): boolean {
    if (this.#seen[key] === this.#record) return false;
    this.#seen[key] = this.#record;
    if (this.mode !== 'record') return false;
    if (key !== LIFTED.EFFICIENCY || !Number.isFinite(value)) return false;
    this.efficiency = value;
    this.isIntegerScore = false;
    this.#keep(key, 0, 0);
    return true;
  }

  /** Notes a value of a type that no column takes. */
  takeOther(key: number): void {
    this.#seen[key] = this.#record;
  }

  /** True for what log records have a column for, when it is one that is read. */
  #isForLog(key: number): boolean {
    return (
      this.mode === 'log' &&
      (key === EVENT_NAME ||
        key === OPERATION_ID ||
        (key < SERVICE_NAME && ((LIFTED_FROM_LOGS >> key) & 1) === 1))
    );
  }

  /** True for texts of a resource that are read. */
  #isForResource(key: number): boolean {
    return (
      this.mode === 'resource' && (key === SERVICE_NAME || key === INSTANCE_ID || key === HOST_NAME)
    );
  }

  #keep(key: number, low: number, high: number): void {
    this.#fits[key] = this.#record;
    this.low[key] = low;
    this.high[key] = high;
  }

  #wordNumber(words: readonly Uint8Array[], start: number, length: number): number {
    const bytes = start < 0 ? this.#source.scratch : this.#source.bytes;
    const from = start < 0 ? ~start : start;
    for (let number = 0; number < words.length; number++) {
      const word = words[number] as Uint8Array;
      if (word.length !== length) continue;
      let i = 0;
      while (i < length && word[i] === bytes[from + i]) i++;
      if (i === length) return number + 1;
    }
    return 0;
  }
}

const STATUS_WORDS = FEATURE_STATUSES.map((word) => Buffer.from(word));
const TIER_WORDS = PERFORMANCE_TIERS.map((word) => Buffer.from(word));
