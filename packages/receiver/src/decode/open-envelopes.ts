/** The resource and the scope that are being decoded: found by their bytes or their content, and given to their rows. */
import type { Batch, Dictionary } from '@heartwood/store/batch';
import { Envelopes, type RawEnvelope } from './envelopes.ts';
import { SERVICE_NAME } from './known-attributes.ts';
import type { RowStart } from './row-start.ts';
import type { Interner } from './interner.ts';
import type { KnownPlaces } from './known-text.ts';
import type { RecordKind } from './record-kind.ts';
import { readResourceFacts } from './resource-facts.ts';
import { JsonText } from './text/json-text.ts';
import { tooMany } from './too-many.ts';

/** What is needed of the request that the resource and the scope are of. */
export interface EnvelopeRequest extends KnownPlaces {
  readonly kind: RecordKind;
  readonly vocabulary: Interner;
  readonly texts: Batch;
  listNumber: number;
  trimKeys(): void;
  markStart(start: RowStart): void;
  eachBatch(start: RowStart, visit: (batch: Batch, from: number, to: number) => void): void;
}

const rawEnvelope = (): RawEnvelope => ({ start: 0, length: 0, schemaStart: 0, schemaLength: 0 });

export class OpenEnvelopes {
  /** Content of the one that is being written. */
  readonly text: JsonText;
  readonly resourceRaw: RawEnvelope = rawEnvelope();
  readonly scopeRaw: RawEnvelope = rawEnvelope();
  readonly #request: EnvelopeRequest;
  readonly #resources: Envelopes;
  readonly #scopes: Envelopes;
  readonly #resourceStart: RowStart = { batch: 0, row: 0 };
  readonly #scopeStart: RowStart = { batch: 0, row: 0 };
  #left = 0;

  constructor(request: EnvelopeRequest, resources: Dictionary, scopes: Dictionary) {
    const { valueBytes, recordTextBytes } = request.limits;
    this.#request = request;
    this.text = new JsonText(valueBytes, recordTextBytes);
    this.#resources = new Envelopes(resources, request.source);
    this.#scopes = new Envelopes(scopes, request.source);
  }

  /** Starts on another request. */
  begin(): void {
    this.#left = this.#request.limits.envelopes;
  }

  startResource(): void {
    this.#start(this.resourceRaw, this.#resourceStart);
  }

  /** Gives the rows since {@link startResource} their resource; `write` makes its content when it is not known. */
  endResource(kind: number, write: () => void): void {
    const request = this.#request;
    const resources = this.#resources;
    if (!resources.known(this.resourceRaw, kind)) {
      const { resources: rows } = request.texts;
      const start = this.#open(rows);
      write();
      this.#findService();
      // A resource that came in parts was put together in the scratch area.
      resources.facts = readResourceFacts(request, this.resourceRaw.start < 0);
      resources.resolve(rows, this.text, start);
      resources.remember(this.resourceRaw, kind);
    }
    const { table, onService, onResource } = request.kind;
    const { id, serviceLow, serviceHigh, facts } = resources;
    request.eachBatch(this.#resourceStart, (batch, from, to) => {
      const { words, offset } = batch[table];
      words.fill(id, (offset.resource_id >> 2) + from, (offset.resource_id >> 2) + to);
      onService?.(batch, from, to, serviceLow, serviceHigh);
    });
    onResource?.(facts);
  }

  startScope(): void {
    this.#start(this.scopeRaw, this.#scopeStart);
  }

  /** Gives the rows since {@link startScope} their scope. */
  endScope(kind: number, write: () => void): void {
    const request = this.#request;
    const scopes = this.#scopes;
    if (!scopes.known(this.scopeRaw, kind)) {
      const { scopes: rows } = request.texts;
      const start = this.#open(rows);
      write();
      scopes.resolve(rows, this.text, start);
      scopes.remember(this.scopeRaw, kind);
    }
    const { id } = scopes;
    const { table } = request.kind;
    request.eachBatch(this.#scopeStart, (batch, from, to) => {
      const { words, offset } = batch[table];
      words.fill(id, (offset.scope_id >> 2) + from, (offset.scope_id >> 2) + to);
    });
  }

  #start(raw: RawEnvelope, start: RowStart): void {
    const { limits } = this.#request;
    if (this.#left-- === 0) throw tooMany(limits.envelopes, 'resources and scopes');
    raw.length = 0;
    raw.schemaLength = 0;
    this.#request.markStart(start);
  }

  /** Prepares for the content of one that is not known; returns where it begins. */
  #open(rows: Parameters<JsonText['open']>[0]): number {
    this.#request.trimKeys();
    this.#request.listNumber++;
    this.#request.known.next();
    this.text.open(rows);
    return this.text.pos;
  }

  /** The service that the resource just written names. */
  #findService(): void {
    const { known, vocabulary, texts } = this.#request;
    const resources = this.#resources;
    resources.serviceLow = 0;
    resources.serviceHigh = 0;
    if (!known.has(SERVICE_NAME)) return;
    // A resource that came in parts was put together in the scratch area, and places in it are as they stand there.
    const at = known.low[SERVICE_NAME] as number;
    const start = this.resourceRaw.start < 0 && at >= 0 ? ~at : at;
    vocabulary.text(start, known.high[SERVICE_NAME] as number, texts.vocabulary);
    resources.serviceLow = vocabulary.low;
    resources.serviceHigh = vocabulary.high;
  }
}
