/** What the app is made of. */
import type { Exporter, Reader } from '@heartwood/store';
import {
  type OperationBoard,
  type DefinitionState,
  type DiagnosisFacts,
  type DiagnosisTest,
  type HealthFacts,
  type QualityRuns,
  type WeekStart,
} from '@heartwood/kpi';
import type { ConfigRow } from './contract/health.ts';
import type { ReceiverState } from './contract/receiver.ts';
import type { StorageState } from './contract/storage.ts';
import { type Tokens } from './guard.ts';
import type { LiveSources, SystemSources } from './handlers/context.ts';
import type { MetricFamily } from './metric-family.ts';

/** What the app is made of. */
export interface AppOptions {
  readonly reader: Reader;
  /** Where rows become files. Default: nowhere, and they are refused. */
  readonly exporter?: Exporter | undefined;
  /** Version of the program. */
  readonly version: string;
  /** Epoch milliseconds. Default: the clock of the machine. */
  readonly clock?: (() => number) | undefined;
  /** Epoch milliseconds before which all that started is taken to be in the database. Default: ten minutes ago. */
  readonly watermark?: (() => number) | undefined;
  /** What the receiver has done so far. Default: nothing. */
  readonly receiver?: (() => ReceiverState) | undefined;
  /** Where the bytes are; undefined while nobody knows. Default: nobody does. */
  readonly storage?: (() => StorageState | undefined) | undefined;
  /** What the process tells of itself. Default: nothing. */
  readonly metrics?: (() => Promise<readonly MetricFamily[]>) | undefined;
  /** Looks at everything that checks of health are made of. Default: nothing can be told. */
  readonly health?: (() => Promise<HealthFacts>) | undefined;
  /** Tries out what a diagnosis is made of. Default: nothing can be told. */
  readonly diagnosis?: ((tests: readonly DiagnosisTest[]) => Promise<DiagnosisFacts>) | undefined;
  /** The settings in force, without secrets. Default: none. */
  readonly config?: (() => readonly ConfigRow[]) | undefined;
  /** Where checks of data quality run. Default: with what they find kept nowhere. */
  readonly quality?: QualityRuns | undefined;
  /** Where days are summed up. Default: with what it makes kept nowhere. */
  readonly summaries?: SystemSources['summaries'] | undefined;
  /** Where records are looked at for errors. Default: nowhere, and answers about errors are not complete. */
  readonly errors?: SystemSources['errors'] | undefined;
  /** What is under way. Default: nothing is followed, and only what is over is told. */
  readonly operations?: OperationBoard | undefined;
  /** What can be followed. Default: log records as they are when a stream begins, and no word of later ones. */
  readonly live?: LiveSources | undefined;
  /** What is missing before requests can be taken; empty when nothing is. Default: nothing. */
  readonly readiness?: (() => readonly string[]) | undefined;
  /** Default: none, and then only requests to a loopback name are answered. */
  readonly tokens?: Tokens | undefined;
  /** Folder of the built dashboard. Default: none, and `/` says how to build it. */
  readonly dashboardDir?: string | undefined;
  /** Where this server takes OTLP over HTTP, for pages that tell the next step. */
  readonly otlpHttpUrl?: string | undefined;
  /** What the definition files say, and what is wrong with them. Default: nothing is defined. */
  readonly definitions?: (() => DefinitionState) | undefined;
  /** IANA zone for requests that name none. Default UTC. */
  readonly timeZone?: string | undefined;
  /** First day of weeks. Default Monday. */
  readonly weekStart?: WeekStart | undefined;
  /** Longest time for an answer, all its queries together. Default 20,000. */
  readonly timeoutMs?: number | undefined;
  /** Hears of every failure that was not the caller's. */
  readonly onFailure?: ((error: unknown, route: string) => void) | undefined;
}
