/** What the app says about a run while it is under way: checked as it comes, written when the run ends. */
import type { TrainingLabel } from '@heartwood/semconv';
import { toLabelValue, type LabelValue } from '../facts/labels.ts';
import { addFacts, type Metadata } from '../facts/metadata.ts';
import type { Facts } from '../facts/facts.ts';
import type { RawUserId } from '../privacy/user-ids.ts';
import type { FeatureConfig } from '../settings/config.ts';

/** Facts of a run. What makes no sense is left out; only metadata and labels can throw, where the app's value does. */
export class NotedFacts implements Facts {
  metadata: Record<string, unknown> | undefined = undefined;
  labels: Partial<Record<TrainingLabel, LabelValue>> | undefined = undefined;
  iterations?: number;
  inputBytes?: number;
  outputBytes?: number;
  efficiency?: number;
  /** Last known progress, 0 to 1. */
  progress: number | undefined = undefined;

  addMetadata(record: Metadata, onObject?: (value: object) => void): void {
    this.metadata ??= {};
    addFacts(this.metadata, record, onObject);
  }

  setLabel(label: TrainingLabel, value: unknown, config: FeatureConfig, userId: RawUserId): void {
    const written = toLabelValue(label, value, config, userId);
    if (written === undefined) return;
    this.labels ??= {};
    this.labels[label] = written;
  }

  setIterations(count: number): void {
    if (Number.isFinite(count) && count >= 1) this.iterations = Math.trunc(count);
  }

  setInputSize(bytes: number): void {
    if (isSize(bytes)) this.inputBytes = Math.round(bytes);
  }

  setOutputSize(bytes: number): void {
    if (isSize(bytes)) this.outputBytes = Math.round(bytes);
  }

  setEfficiency(score: number): void {
    if (Number.isFinite(score)) this.efficiency = Math.min(1, Math.max(0, score));
  }

  /** `done` of `total`; of one when it is left out. */
  setProgress(done: number, total: number): void {
    if (Number.isFinite(done) && Number.isFinite(total) && total > 0) {
      this.progress = Math.min(1, Math.max(0, done / total));
    }
  }
}

function isSize(bytes: number): boolean {
  return typeof bytes === 'number' && bytes >= 0 && bytes < Infinity;
}
