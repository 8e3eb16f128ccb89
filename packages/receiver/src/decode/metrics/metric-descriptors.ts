/** Descriptors of metrics: each distinct one is a row once, whatever order its fields came in. */
import { JsonText } from '../text/json-text.ts';
import type { MetricDraft } from './metric-draft.ts';
import type { OpenRequest } from '../open-request.ts';
import { RawCache } from '../raw-cache.ts';

/** Writes the metadata of a metric as a JSON object. */
export type WriteMetadata = (out: JsonText, metric: MetricDraft) => void;

/** Words in front of the texts in the bytes that a descriptor is known by. */
const HEAD_BYTES = 24;

/**
 * The same name with another type, unit, description, temporality or metadata is another descriptor. An empty name is taken as
 * it is: the Collector does not look at it either.
 */
export class MetricDescriptors {
  readonly #request: OpenRequest;
  readonly #cache: RawCache;
  readonly #text: JsonText;

  constructor(request: OpenRequest) {
    const { valueBytes, recordTextBytes } = request.limits;
    this.#request = request;
    this.#cache = new RawCache(request.hashSeed);
    this.#text = new JsonText(valueBytes, recordTextBytes);
  }

  /** Number of the metric; `kind` parts encodings, in which metadata look different. */
  resolve(metric: MetricDraft, kind: number, writeMetadata: WriteMetadata): number {
    const { source } = this.#request;
    const { scratchEnd } = source;
    const length = this.#compose(metric);
    const cache = this.#cache;
    if (cache.find(source.scratchView, scratchEnd, length, kind)) {
      this.#request.countAttributes(cache.count);
    } else {
      this.#write(metric, writeMetadata);
      cache.keep(source.scratchView, scratchEnd, length, kind);
    }
    source.scratchEnd = scratchEnd;
    return cache.low;
  }

  /** Puts all that a descriptor says behind one another at the end of the scratch area; returns the length. */
  #compose(metric: MetricDraft): number {
    const { source } = this.#request;
    const at = source.scratchEnd;
    source.reserve(HEAD_BYTES);
    const view = source.scratchView;
    view.setInt32(at, metric.nameLength, true);
    view.setInt32(at + 4, metric.descriptionLength, true);
    view.setInt32(at + 8, metric.unitLength, true);
    view.setInt32(at + 12, metric.type, true);
    view.setInt32(at + 16, metric.temporality, true);
    view.setInt32(at + 20, metric.monotonic, true);
    source.scratchEnd = at + HEAD_BYTES;
    source.append(metric.nameStart, metric.nameLength);
    if (metric.descriptionLength > 0)
      source.append(metric.descriptionStart, metric.descriptionLength);
    if (metric.unitLength > 0) source.append(metric.unitStart, metric.unitLength);
    if (metric.metadataLength > 0) source.append(metric.metadataStart, metric.metadataLength);
    return source.scratchEnd - at;
  }

  #write(metric: MetricDraft, writeMetadata: WriteMetadata): void {
    const request = this.#request;
    const text = this.#text;
    const { metrics, vocabulary } = request.texts;
    const numbers = request.metricNumbers;
    const marksBefore = request.marks;
    text.open(metrics);
    const start = text.pos;
    const before = request.attributes;
    text.raw('{"name":');
    this.#string(metric.nameStart, metric.nameLength);
    if (metric.descriptionLength > 0) {
      text.raw(',"description":');
      this.#string(metric.descriptionStart, metric.descriptionLength);
    }
    if (metric.unitLength > 0) {
      text.raw(',"unit":');
      this.#string(metric.unitStart, metric.unitLength);
    }
    if (metric.metadataLength > 0) {
      const memberAt = text.pos;
      text.raw(',"metadata":');
      const at = text.pos;
      writeMetadata(text, metric);
      if (text.pos - at === 2) text.rewind(memberAt);
    }
    text.raw('}');
    const end = text.pos;
    // What stands in columns beside the content tells descriptors apart as well.
    text.raw(`${metric.type},${metric.temporality},${metric.monotonic}`);
    text.reserve(4);
    const isKnown = numbers.find(metrics.arenaView, start, text.pos - start);
    text.rewind(end);
    if (isKnown || !numbers.add()) text.rewind(start);
    else {
      request.vocabulary.text(metric.nameStart, metric.nameLength, vocabulary);
      metrics.reserve(1);
      const row = metrics.rows++;
      const { words, bytes, offset } = metrics;
      words[(offset.id >> 2) + row] = numbers.low;
      words[(offset.hash >> 2) + row * 2] = numbers.hashLow;
      words[(offset.hash >> 2) + row * 2 + 1] = numbers.hashHigh;
      words[(offset.name_id >> 2) + row * 2] = request.vocabulary.low;
      words[(offset.name_id >> 2) + row * 2 + 1] = request.vocabulary.high;
      bytes[offset.type + row] = metric.type;
      words[(offset.temporality >> 2) + row] = metric.temporality;
      bytes[offset.monotonic + row] = metric.monotonic;
      text.take(start, offset.content, row);
    }
    request.marks = marksBefore;
    this.#cache.low = numbers.low;
    this.#cache.count = request.attributes - before;
  }

  #string(start: number, length: number): void {
    const { source } = this.#request;
    if (start < 0) this.#text.string(source.scratchView, ~start, length);
    else this.#text.string(source.view, start, length);
  }
}
