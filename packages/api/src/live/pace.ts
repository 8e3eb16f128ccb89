/** When questions may be asked after one that failed, and for how much. */
import { CodedError } from '@heartwood/semconv';

/** Records of one question. */
const PAGE = 500;
/** Until a question that failed is asked again. */
const RETRY_MS = 1000;

export class Pace {
  /** Halved when a question fails, in case its answer is too large. */
  limit = PAGE;
  #retryMs = Number.NEGATIVE_INFINITY;
  #failures = 0;

  get waitMs(): number {
    return Math.max(0, this.#retryMs - performance.now());
  }

  went(): void {
    this.#failures = 0;
    this.limit = Math.min(PAGE, this.limit * 2);
  }

  /** How often it was too much since it went well; 0 where the database is crowded or opened again. */
  failed(error: unknown): number {
    const isPassing =
      error instanceof CodedError && error.retryable && error.code !== 'STORE_QUERY_TIMEOUT';
    this.#failures = isPassing ? 0 : this.#failures + 1;
    this.limit = Math.max(1, Math.floor(this.limit / 2));
    this.#retryMs = performance.now() + RETRY_MS;
    return this.#failures;
  }
}
