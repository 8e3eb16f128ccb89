/** What a handler is given, and the answer's meta that all of them write alike. */
import { isComplete, msToInstant, parseWindow, type Window, type WindowText } from '@heartwood/kpi';
import type { Reader, ReadOptions } from '@heartwood/store';
import type { z } from 'zod';
import type { Meta } from '../contract/answer.ts';
import type { ReceiverState } from '../contract/receiver.ts';
import type { RouteName, Routes } from '../contract/routes.ts';
import type { StorageState } from '../contract/storage.ts';
import type { MetricFamily } from '../metric-family.ts';

/** The outside of a handler: where rows come from, what time it is, when to stop. */
export interface Context {
  readonly reader: Reader;
  readonly nowMs: number;
  /** IANA zone for requests that name none. */
  readonly timeZone: string;
  readonly options: ReadOptions;
  readonly system: SystemSources;
}

/** What the process says of itself. */
export interface SystemSources {
  readonly version: string;
  readonly startedAtMs: number;
  readonly otlpHttpUrl: string | undefined;
  receiver(): ReceiverState;
  storage(): StorageState | undefined;
  metrics(): Promise<readonly MetricFamily[]>;
  /** The OpenAPI document, made once. */
  openApi(): Record<string, unknown>;
  /** The page at `/docs`, made once. */
  docsPage(): string;
  /** What is missing before requests can be taken; empty when nothing is. */
  readiness(): readonly string[];
}

/** Answers one route: its checked parameters in, what its schema says out. */
export type Handler<Name extends RouteName> = Handlers[Name];

/** One handler a route. */
export type Handlers = {
  readonly [Name in RouteName]: Handle<
    z.output<Routes[Name]['params']>,
    z.output<Routes[Name]['query']>,
    z.output<Routes[Name]['answer']>
  >;
};

type Handle<Params, Query, Answer> = (
  context: Context,
  request: { readonly params: Params; readonly query: Query },
) => Answer | Promise<Answer>;

/** The window of a request. */
export const windowOf = (context: Context, query: WindowText): Window =>
  parseWindow(query, context.nowMs, context.timeZone);

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
    unit,
    complete: isComplete(window.toMs, window.nowMs),
    truncated,
    warnings,
  };
}
