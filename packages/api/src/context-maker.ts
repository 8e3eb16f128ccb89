/** What a handler is given, made anew for each request from what the app is made of. */
import {
  createEmptySet,
  createUnknownDiagnosis,
  createUnknownFacts,
  QualityRuns,
  Summaries,
  toWatermark,
  type DefinitionState,
  type HealthFacts,
} from '@heartwood/kpi';
import type { AppOptions } from './app-options.ts';
import { NOTHING_RECEIVED } from './contract/receiver.ts';
import { createDocsPage } from './docs-page.ts';
import type { Context, SystemSources } from './handlers/context.ts';
import { LiveHub } from './live/hub.ts';
import { LogStreams } from './live/log-streams.ts';
import { createOpenApi } from './openapi.ts';
import { takeTurns } from './turns.ts';

/** `signal` ends what takes too long or whose caller has gone; `gone` only the latter. */
export type MakeContext = (signal: AbortSignal, gone: AbortSignal) => Context;

/** Fills in what an app was not given. */
export function contextMaker(options: AppOptions & { readonly timeoutMs: number }): MakeContext {
  const { reader, clock = Date.now, timeZone = 'UTC', timeoutMs } = options;
  const { weekStart = 'monday' } = options;
  const { version, otlpHttpUrl, receiver = () => NOTHING_RECEIVED, readiness = () => [] } = options;
  const { metrics = async () => [], storage = () => undefined } = options;
  const startedAtMs = clock();
  const untold = async (): Promise<HealthFacts> => createUnknownFacts(clock(), startedAtMs, UNTOLD);
  const { health = untold, config = () => [] } = options;
  const { diagnosis = async () => createUnknownDiagnosis(clock(), UNTOLD) } = options;
  const keep = async (): Promise<void> => undefined;
  const { watermark = () => toWatermark(clock(), undefined) } = options;
  const { quality = new QualityRuns({ reader, keep, clock, watermark }) } = options;
  const { summaries = new Summaries({ reader, keep, clock, watermark }) } = options;
  const { errors = { classifiedThrough: null, isBehind: true } } = options;
  const { definitions = withoutDefinitions(startedAtMs) } = options;
  const { live = { hub: new LiveHub(), logs: new LogStreams(reader) } } = options;
  const system: SystemSources = {
    version,
    startedAtMs,
    otlpHttpUrl,
    receiver,
    storage,
    metrics,
    health,
    diagnosis,
    config,
    exporter: options.exporter,
    quality,
    summaries,
    errors,
    operations: options.operations,
    readiness,
    // Each takes about 50 ms of the thread that answers everybody.
    openApi: once(() => createOpenApi(version)),
    docsPage: once(() => createDocsPage(version)),
  };
  return (signal, gone) => ({
    reader: takeTurns(reader),
    nowMs: clock(),
    watermarkMs: watermark(),
    timeZone,
    weekStart,
    options: { signal, timeoutMs },
    gone,
    definitions: definitions(),
    system,
    live,
  });
}

const UNTOLD = 'this server does not look';

function withoutDefinitions(readAtMs: number): () => DefinitionState {
  const state = { folder: null, set: createEmptySet(readAtMs), problems: [], readAtMs };
  return () => state;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
