/** A line of the conformance matrix: what is asked, what is sent, what is answered, and the check that this is so. */
import type { StoredTarget } from './target.ts';

export interface Row {
  /** Section of the specification, or the test of the Collector that asks the same. */
  readonly section: string;
  readonly level: 'MUST' | 'SHOULD' | 'MAY' | 'test';
  readonly asks: string;
  readonly over: 'HTTP' | 'gRPC' | 'both';
  readonly sent: string;
  readonly answer: string;
  /** What the Collector does otherwise; nothing where it does the same, as far as its source tells. */
  readonly collector?: string;
  readonly check: (target: StoredTarget) => Promise<void>;
}
