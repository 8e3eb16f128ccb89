/** The efficiency score of a run: formula, factors and version. */
import { FeatureStatus } from './values.ts';

/** Version of the formula below; written beside each score so that a later formula never mixes with this one. */
export const EFFICIENCY_VERSION = 1;

/** Scale of the factors: at `durationMs` the duration factor is one half, at `outputBytes` the output factor is. */
export interface EfficiencyReference {
  readonly durationMs: number;
  readonly outputBytes: number;
}

export const DEFAULT_EFFICIENCY_REFERENCE: EfficiencyReference = {
  durationMs: 500,
  outputBytes: 1024,
};

/**
 * Efficiency 1, between 0 and 1:
 * `0.5·ref_d/(ref_d+duration) + 0.3·output/(output+ref_o) + 0.2/max(1,iterations)`; 0 for failed and timeout.
 * Negative and non-finite inputs count as 0.
 */
export function efficiency(
  status: FeatureStatus,
  durationMs: number,
  outputBytes: number,
  iterations: number,
  reference: EfficiencyReference = DEFAULT_EFFICIENCY_REFERENCE,
): number {
  if (status === FeatureStatus.FAILED || status === FeatureStatus.TIMEOUT) return 0;
  const duration = durationMs > 0 && durationMs < Infinity ? durationMs : 0;
  const output = outputBytes > 0 && outputBytes < Infinity ? outputBytes : 0;
  const rounds = iterations > 1 && iterations < Infinity ? iterations : 1;
  // `output` stands once: rounded above and below the line, a byte more lowered scores of 6 GB by their last bit.
  return (
    (0.5 * reference.durationMs) / (reference.durationMs + duration) +
    0.3 / (1 + reference.outputBytes / output) +
    0.2 / rounds
  );
}
