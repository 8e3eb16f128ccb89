/** What a database logger has seen in a day. */
import { PERFORMANCE_TIERS, performanceTier, type PerformanceTier } from '@heartwood/semconv';

/** One day of one process, in UTC. */
export interface DailySummary {
  /** `2026-11-21`. */
  readonly date: string;
  /** Entries by their kind. */
  readonly entries: Readonly<Record<string, number>>;
  readonly operations: number;
  readonly failed: number;
  /** Share of the operations that did not fail, 0 to 1; null without operations. */
  readonly success_rate: number | null;
  readonly mean_execution_time_ms: number | null;
  readonly performance_tiers: Readonly<Record<PerformanceTier, number>>;
  readonly duplicates_detected: number;
}

/** Counts one day. */
export class DayCounter {
  readonly date: string;
  readonly #entries: Record<string, number> = {};
  readonly #tiers = Object.fromEntries(PERFORMANCE_TIERS.map((tier) => [tier, 0])) as Record<
    PerformanceTier,
    number
  >;
  #operations = 0;
  #failed = 0;
  #totalMs = 0;
  #duplicates = 0;

  constructor(date: string) {
    this.date = date;
  }

  countEntry(type: string): void {
    this.#entries[type] = (this.#entries[type] ?? 0) + 1;
  }

  countOperation(success: boolean, executionTimeMs: number, isDuplicate = false): void {
    this.#operations += 1;
    if (!success) this.#failed += 1;
    if (isDuplicate) this.#duplicates += 1;
    if (!(executionTimeMs >= 0)) return;
    this.#totalMs += executionTimeMs;
    this.#tiers[performanceTier(executionTimeMs)] += 1;
  }

  toSummary(): DailySummary {
    const some = this.#operations > 0;
    return {
      date: this.date,
      entries: { ...this.#entries },
      operations: this.#operations,
      failed: this.#failed,
      success_rate: some ? 1 - this.#failed / this.#operations : null,
      mean_execution_time_ms: some ? this.#totalMs / this.#operations : null,
      performance_tiers: { ...this.#tiers },
      duplicates_detected: this.#duplicates,
    };
  }
}
