/** Spans as plain objects, repeatable chance, and the way of both into a real store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore, type Store } from '@heartwood/store';
import { Batch, MARK } from '@heartwood/store/batch';
import type { PlainLog } from './plain-log.ts';
import { unhurried } from '../../../store/src/testing/unhurried.ts';
import { writeRow } from '../../../store/src/testing/write-row.ts';

/** A span as a test sees it; null texts are "none". */
export interface PlainSpan {
  seq: bigint;
  startNs: bigint;
  durationNs: bigint;
  negative: boolean;
  mapped: boolean;
  /** The sender leaves out other runs. */
  filtered: boolean;
  traceId: string;
  spanId: bigint;
  parentSpanId: bigint;
  service: string | null;
  name: string;
  /** Null: the span is no run. */
  feature: string | null;
  category: string | null;
  component: string | null;
  version: string | null;
  errorType: string | null;
  session: string | null;
  user: string | null;
  /** OpenTelemetry status: 0 unset, 1 ok, 2 error. */
  statusCode: number;
  /** 1 to 5. */
  featureStatus: number;
  /** 1 to 5. */
  tier: number;
  efficiency: number;
  iterations: number;
  inputSize: bigint;
  outputSize: bigint;
  message: string;
  attributes: string;
  events: string;
  links: string;
  /** When it started unless it is said. */
  receivedNs?: bigint;
  /** As OTLP numbers them; internal unless it is said. */
  kind?: number;
  /** The sampling threshold of its trace state; not sampled without. */
  threshold?: string | undefined;
  /** Bits of `marks` besides those that follow from the rest. */
  marks?: number;
}

/** A span with nothing special about it. */
export const PLAIN_SPAN: PlainSpan = {
  seq: 1n,
  startNs: 1_790_000_000_000_000_000n,
  durationNs: 1_000_000n,
  negative: false,
  mapped: false,
  filtered: false,
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 1n,
  parentSpanId: 0n,
  service: 'shop',
  name: 'run',
  feature: 'checkout',
  category: 'other',
  component: 'shop',
  version: null,
  errorType: null,
  session: 's1',
  user: 'u1',
  statusCode: 0,
  featureStatus: 1,
  tier: 1,
  efficiency: 0.5,
  iterations: 1,
  inputSize: 0n,
  outputSize: 0n,
  message: '',
  attributes: '{}',
  events: '',
  links: '',
};

/** A source of repeatable chance between 0 and 1 (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of the items, by a chance between 0 and 1. */
export function pickFrom<T>(items: readonly T[], chance: number): T {
  const chosen = Math.floor(chance * items.length);
  return items.reduce((found, item, index) => (index === chosen ? item : found));
}

/** A store in a folder of its own; `close` removes the folder. */
export async function openTestStore(exactRuns?: number): Promise<Store> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'heartwood-kpi-'));
  const store = unhurried(await openStore({ dataDir, threads: 1, memoryLimitMiB: 896, exactRuns }));
  const close = async (): Promise<void> => {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return new Proxy(store, {
    get: (target, key) => (key === 'close' ? close : Reflect.get(target, key)) as unknown,
  });
}

/** What a store knows of the worlds that have landed in it. */
export interface Landed {
  readonly vocabulary: Map<string, bigint>;
  readonly identities: Map<string, bigint>;
  readonly resources: Map<string | null, number>;
  landings: number;
}

export const createLanded = (): Landed => ({
  vocabulary: new Map(),
  identities: new Map(),
  resources: new Map(),
  landings: 0,
});

/** Lands spans and log records in one transaction; call it once a store, or with what has `landed` there. */
export async function landWorld(
  store: Store,
  spans: readonly PlainSpan[],
  logs: readonly PlainLog[] = [],
  landed: Landed = createLanded(),
): Promise<void> {
  const batch = new Batch(spans.length);
  const intern = (table: 'vocabulary' | 'identities'): ((text: string | null) => bigint) => {
    const ids = landed[table];
    return (text) => {
      if (text === null) return 0n;
      const known = ids.get(text);
      if (known !== undefined) return known;
      const id = BigInt(ids.size + 1);
      ids.set(text, id);
      if (table === 'vocabulary') writeRow(batch.vocabulary, { id, hash: id, text });
      else writeRow(batch.identities, { id, hash: id, text });
      return id;
    };
  };
  const [word, actor] = [intern('vocabulary'), intern('identities')];
  const { resources } = landed;
  const resource = (service: string | null): number => {
    const known = resources.get(service);
    if (known !== undefined) return known;
    const id = resources.size + 1;
    resources.set(service, id);
    const attributes = service === null ? {} : { 'service.name': service };
    const content = JSON.stringify({ attributes, droppedAttributes: 0, schemaUrl: '' });
    writeRow(batch.resources, { id, hash: BigInt(id), service_id: word(service), content });
    return id;
  };
  if (landed.landings++ === 0)
    writeRow(batch.scopes, {
      id: 1,
      hash: 1n,
      content:
        '{"name":"scope","version":"1","attributes":{"a":1},"droppedAttributes":0,"schemaUrl":""}',
    });
  for (const span of spans) {
    const hasExtras =
      span.message !== '' ||
      span.events !== '' ||
      span.links !== '' ||
      span.threshold !== undefined;
    writeRow(batch.spans, {
      start_time: span.startNs,
      duration_ns: span.durationNs,
      received_time: span.receivedNs ?? span.startNs,
      seq: span.seq,
      trace_id: span.traceId,
      span_id: span.spanId,
      parent_span_id: span.parentSpanId,
      resource_id: resource(span.service),
      scope_id: 1,
      name_id: word(span.name),
      feature_id: word(span.feature),
      category_id: word(span.category),
      component_id: word(span.component),
      version_id: word(span.version),
      error_type_id: word(span.errorType),
      session_id: actor(span.session),
      user_id: actor(span.user),
      kind: span.kind ?? 1,
      status_code: span.statusCode,
      marks:
        (span.marks ?? 0) |
        (span.negative ? MARK.NEGATIVE_DURATION : 0) |
        (span.mapped ? MARK.MAPPED : 0) |
        (span.filtered ? MARK.FILTERED : 0) |
        (span.threshold === undefined ? 0 : MARK.SAMPLED) |
        (hasExtras ? MARK.HAS_EXTRAS : 0),
      feature_status: span.featureStatus,
      tier: span.tier,
      efficiency: span.efficiency,
      iterations: span.iterations,
      input_size: span.inputSize,
      output_size: span.outputSize,
      attributes: span.attributes,
    });
    if (hasExtras)
      writeRow(batch.spanExtras, {
        seq: span.seq,
        start_time: span.startNs,
        status_message: span.message,
        trace_state: span.threshold === undefined ? '' : `v=1, ot=rv:0f;th:${span.threshold}`,
        events: span.events,
        links: span.links,
      });
  }
  for (const log of logs)
    writeRow(batch.logs, {
      time: log.timeNs,
      observed_time: log.timeNs,
      received_time: log.receivedNs ?? log.timeNs,
      marks: log.marks ?? 0,
      seq: log.seq,
      trace_id: log.traceId ?? NO_TRACE,
      resource_id: resource(log.service),
      span_id: log.spanId ?? 0n,
      scope_id: 1,
      severity_number: log.severity ?? 9,
      body: log.body ?? '',
      event_name_id: word(log.event),
      feature_id: word(log.feature),
      component_id: word(log.component),
      error_type_id: word(log.errorType),
      session_id: actor(log.session),
      user_id: actor(log.user),
      attributes: log.attributes,
    });
  await store.land(batch, { record: BigInt(landed.landings), rows: 0 });
}

const NO_TRACE = '0'.repeat(32);
