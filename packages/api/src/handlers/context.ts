/** What a handler is given, and the answer's meta that all of them write alike. */
import {
  isComplete,
  msToInstant,
  parseWindow,
  type DefinitionState,
  type DiagnosisFacts,
  type DiagnosisTest,
  type ErrorIndex,
  type HealthFacts,
  type OperationBoard,
  type QualityRuns,
  type Summaries,
  type WeekStart,
  type Window,
  type WindowText,
} from '@heartwood/kpi';
import type { Exporter, Reader, ReadOptions } from '@heartwood/store';
import type { z } from 'zod';
import type { Meta } from '../contract/answer.ts';
import type { ConfigRow } from '../contract/health.ts';
import type { ReceiverState } from '../contract/receiver.ts';
import type { FileRoute, GetRoute, PostRoute, Route, StreamRoute } from '../contract/route.ts';
import type { StorageState } from '../contract/storage.ts';
import type { FileAnswer } from '../file-answer.ts';
import type { Channel } from '../live/channel.ts';
import type { LiveHub } from '../live/hub.ts';
import type { LogStreams } from '../live/log-streams.ts';
import type { MetricFamily } from '../metric-family.ts';

/** The outside of a handler: where rows come from, what time it is, when to stop. */
export interface Context {
  readonly reader: Reader;
  readonly nowMs: number;
  /** What started before this moment is taken to be in the database, epoch milliseconds. */
  readonly watermarkMs: number;
  /** IANA zone for requests that name none. */
  readonly timeZone: string;
  /** First day of the weeks of all answers. */
  readonly weekStart: WeekStart;
  /** Its queries stop when the caller has gone, or when the time for the answer is over. */
  readonly options: ReadOptions;
  /** Aborted when the caller has gone, for work that takes the time it takes. */
  readonly gone: AbortSignal;
  /** The definitions in force when the request came; they stay the same until it is answered. */
  readonly definitions: DefinitionState;
  readonly system: SystemSources;
  readonly live: LiveSources;
}

/** What can be followed, and who follows. */
export interface LiveSources {
  readonly hub: LiveHub;
  readonly logs: LogStreams;
}

/** What the process says of itself. */
export interface SystemSources {
  readonly version: string;
  readonly startedAtMs: number;
  readonly otlpHttpUrl: string | undefined;
  receiver(): ReceiverState;
  storage(): StorageState | undefined;
  metrics(): Promise<readonly MetricFamily[]>;
  /** Everything that checks of health are made of, looked at now. */
  health(): Promise<HealthFacts>;
  /** Tries out what a diagnosis is made of. */
  diagnosis(tests: readonly DiagnosisTest[]): Promise<DiagnosisFacts>;
  /** The settings in force, without secrets. */
  config(): readonly ConfigRow[];
  /** Where rows become files; undefined where there is no place for any. */
  readonly exporter: Exporter | undefined;
  /** Where checks of data quality run, one run at a time. */
  readonly quality: QualityRuns;
  /** Where days are summed up, one at a time. */
  readonly summaries: Pick<Summaries, 'make'>;
  /** How far records have been looked at for errors. */
  readonly errors: Pick<ErrorIndex, 'classifiedThrough' | 'isBehind'>;
  /** What is under way, where that is followed. */
  readonly operations: OperationBoard | undefined;
  /** The OpenAPI document, made once. */
  openApi(): Record<string, unknown>;
  /** The page at `/docs`, made once. */
  docsPage(): string;
  /** What is missing before requests can be taken; empty when nothing is. */
  readiness(): readonly string[];
}

/** One handler for each route of a table: its checked parameters and body in; what its schema says, a channel or a file out. */
export type HandlersOf<Table extends Readonly<Record<string, Route>>> = {
  readonly [Name in keyof Table]: HandlerOf<Table[Name]>;
};

type HandlerOf<R extends Route> =
  R extends PostRoute<string, infer Params, infer Query, infer Answer, infer Body>
    ? Handle<RequestOf<Params, Query> & { readonly body: z.output<Body> }, z.output<Answer>>
    : R extends GetRoute<string, infer Params, infer Query, infer Answer>
      ? Handle<RequestOf<Params, Query>, z.output<Answer>>
      : R extends StreamRoute<string, infer Params, infer Query>
        ? Handle<RequestOf<Params, Query> & { readonly resume: string | undefined }, Channel>
        : R extends FileRoute<string, infer Params, infer Query, infer Header>
          ? Handle<RequestOf<Params, Query>, FileAnswer<z.output<Header>>>
          : never;

interface RequestOf<Params extends z.ZodObject, Query extends z.ZodObject> {
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
}

type Handle<Request, Answer> = (context: Context, request: Request) => Answer | Promise<Answer>;

/** The window of a request; `preset` is its length where the request has no start, the last 24 hours without. */
export function windowOf(context: Context, query: WindowText, preset?: string): Window {
  const isOpen = query.from === undefined && query.since === undefined;
  const text = isOpen && preset !== undefined ? { ...query, since: preset } : query;
  return parseWindow(text, context.nowMs, context.timeZone, context.watermarkMs, context.weekStart);
}

/** The meta of an answer about a window. */
export function metaOf(
  window: Window,
  unit: string,
  { truncated = false, warnings = [] }: { truncated?: boolean; warnings?: string[] } = {},
): Meta {
  return {
    from: msToInstant(window.fromMs),
    to: msToInstant(window.toMs),
    timeZone: window.zone.name,
    weekStart: window.zone.weekStart === 'monday' ? undefined : window.zone.weekStart,
    unit,
    complete: isComplete(window.toMs, window),
    truncated,
    warnings,
  };
}
