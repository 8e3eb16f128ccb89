/** Runs of checks of data quality: one at a time, each kept with what it found. */
import { randomUUID } from 'node:crypto';
import type { QualityRun, Reader } from '@heartwood/store';
import type { DefinitionSet } from '../definition/kinds.ts';
import { QuestionError } from '../errors.ts';
import { msToInstant } from '../instant.ts';
import type { TimeZone } from '../time-zone.ts';
import { toWatermark } from '../window.ts';
import { QUALITY_CHECKS, type QualityCheck } from './finding.ts';
import { readQuality } from './latest.ts';
import { runQuality, type QualityReport, type QualityRow } from './run.ts';

/** What runs need; `keep` resolves when the results would survive a crash. */
interface QualityRunsOptions {
  readonly reader: Reader;
  readonly keep: (run: QualityRun) => Promise<void>;
  readonly clock?: (() => number) | undefined;
  /** Epoch milliseconds before which all that started is taken to be in the database. Default: ten minutes ago. */
  readonly watermark?: (() => number) | undefined;
}

/** One run. */
interface RunRequest {
  readonly definitions: DefinitionSet;
  readonly zone: TimeZone;
  readonly checks?: readonly QualityCheck[] | undefined;
  readonly isDaily?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A run that has ended. */
export interface EndedRun extends QualityReport {
  readonly id: string;
  readonly at: string;
  readonly isDaily: boolean;
}

/** Where all runs of a process begin. */
export class QualityRuns {
  readonly #options: QualityRunsOptions;
  readonly #failures = new Map<string, number>();
  #runningSinceMs: number | undefined;

  constructor(options: QualityRunsOptions) {
    this.#options = options;
  }

  /** Subjects that failed in each check's last run, by check; a check that could not be made counts as one. */
  get failures(): ReadonlyMap<string, number> {
    return this.#failures;
  }

  /** Reads what runs before the start of the process found. */
  async load(): Promise<void> {
    const { rows } = await readQuality(this.#options.reader, { limit: MOST_ROWS });
    this.#note(rows);
  }

  /** Runs checks. Rejects with `QUALITY_RUNNING` while others run, and with the signal's reason; then nothing is kept. */
  async run({ definitions, zone, checks, isDaily = false, signal }: RunRequest): Promise<EndedRun> {
    const { reader, keep, clock = Date.now, watermark } = this.#options;
    if (this.#runningSinceMs !== undefined)
      throw new QuestionError('QUALITY_RUNNING', 'checks', {
        since: msToInstant(this.#runningSinceMs),
      });
    const atMs = clock();
    this.#runningSinceMs = atMs;
    try {
      const watermarkMs = watermark?.() ?? toWatermark(atMs, undefined);
      const request = { nowMs: atMs, watermarkMs, zone, checks, signal };
      const report = await runQuality(reader, definitions, request);
      const id = randomUUID();
      const results = [...report.rows, ...toOff(checks, report.rows)];
      await keep({ id, atMs, isDaily, results });
      this.#note(results);
      return { id, at: msToInstant(atMs), isDaily, ...report };
    } finally {
      this.#runningSinceMs = undefined;
    }
  }

  #note(rows: readonly QualityRow[]): void {
    for (const { check, subject, result, value } of rows)
      if (subject === null) this.#failures.set(check, result === 'error' ? 1 : (value ?? 0));
  }
}

/** Checks that were asked for and that definitions turn off: what they found before is no longer the last word. */
const toOff = (
  checks: readonly QualityCheck[] = QUALITY_CHECKS,
  rows: readonly QualityRow[],
): QualityRow[] =>
  checks
    .filter((check) => !rows.some((row) => row.check === check))
    .map((check) => ({
      check,
      subject: null,
      result: 'not_enough_data',
      value: 0,
      expected: 0,
      n: 0,
      message: 'turned off by definitions',
      evidence: { samples: [] },
    }));

/** As many as eleven checks can leave. */
const MOST_ROWS = 10_000;
