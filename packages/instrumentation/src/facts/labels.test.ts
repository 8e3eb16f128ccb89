/** Each training label has a rule, a value by that rule, and a line in the README. */
import { readFileSync } from 'node:fs';
import { PERFORMANCE_TIERS, TRAINING_LABELS, TrainingLabel } from '@heartwood/semconv';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { startFeature } from '../run/run.ts';
import { readConfig } from '../settings/config.ts';
import { toLabelValue } from './labels.ts';

const memory = registerMemory();
const config = readConfig({});
const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  vi.spyOn(console, 'warn').mockImplementation((text: string) => said.push(text));
});
afterEach(() => vi.restoreAllMocks());

describe('S3-44, S3-52: a training label', () => {
  it.each<[string, unknown, string | boolean | undefined]>([
    [TrainingLabel.OPERATION_SUCCESSFUL, false, false],
    [TrainingLabel.OPERATION_SUCCESSFUL, 'yes', undefined],
    [TrainingLabel.OPERATION_SUCCESSFUL, 1, undefined],
    [TrainingLabel.PERFORMANCE_TIER, 'very_slow', 'very_slow'],
    [TrainingLabel.PERFORMANCE_TIER, 'quick', undefined],
    [TrainingLabel.DATA_QUALITY, 'high', 'high'],
    [TrainingLabel.DATA_QUALITY, 'complete', 'complete'],
    [TrainingLabel.DATA_QUALITY, 1, 'high'],
    [TrainingLabel.DATA_QUALITY, 0.95, 'high'],
    [TrainingLabel.DATA_QUALITY, 0.949, 'medium'],
    [TrainingLabel.DATA_QUALITY, 0.8, 'medium'],
    [TrainingLabel.DATA_QUALITY, 0.799, 'low'],
    [TrainingLabel.DATA_QUALITY, 0, 'low'],
    [TrainingLabel.DATA_QUALITY, 1.01, undefined],
    [TrainingLabel.DATA_QUALITY, -0.1, undefined],
    [TrainingLabel.DATA_QUALITY, NaN, undefined],
    [TrainingLabel.DATA_QUALITY, true, undefined],
    [TrainingLabel.DATA_QUALITY, '', undefined],
    [TrainingLabel.COMPLEXITY_LEVEL, 9, 'low'],
    [TrainingLabel.COMPLEXITY_LEVEL, 10, 'medium'],
    [TrainingLabel.COMPLEXITY_LEVEL, 999, 'medium'],
    [TrainingLabel.COMPLEXITY_LEVEL, 1000, 'high'],
    [TrainingLabel.COMPLEXITY_LEVEL, -1, undefined],
    [TrainingLabel.COMPLEXITY_LEVEL, 'medium', 'medium'],
    // The sample of the seed: 7 of 8 leads synced are good.
    [TrainingLabel.SYNC_EFFICIENCY, 7 / 8, 'good'],
    [TrainingLabel.SYNC_EFFICIENCY, 1, 'excellent'],
    [TrainingLabel.SYNC_EFFICIENCY, 0.5, 'fair'],
    [TrainingLabel.SYNC_EFFICIENCY, 0.49, 'poor'],
    [TrainingLabel.ERROR_RECOVERY, true, true],
    [TrainingLabel.ERROR_RECOVERY, 2, true],
    [TrainingLabel.ERROR_RECOVERY, 0, false],
    [TrainingLabel.ERROR_RECOVERY, NaN, undefined],
    [TrainingLabel.BATCH_OPTIMIZATION, 'optimal', 'optimal'],
    [TrainingLabel.BATCH_OPTIMIZATION, 0.8, 'optimal'],
    [TrainingLabel.BATCH_OPTIMIZATION, 0.5, 'acceptable'],
    [TrainingLabel.BATCH_OPTIMIZATION, 0.1, 'poor'],
    [TrainingLabel.DATA_QUALITY, 'of ada@example.org', 'of [redacted]'],
    [TrainingLabel.DATA_QUALITY, 'ä'.repeat(100), 'ä'.repeat(32)],
    [TrainingLabel.DATA_QUALITY, { high: true }, undefined],
    ['__proto__', 'x', undefined],
    ['constructor', 'x', undefined],
  ])('%s is %j as %j', (label, given, written) => {
    expect(toLabelValue(label, given, config)).toBe(written);
  });

  it('that makes no sense is left out and said once, with its rule', () => {
    for (let i = 0; i < 3; i++) {
      startFeature('f')
        .setTrainingLabel('mood' as never, 'good')
        .setTrainingLabel(Symbol('s') as never, 'good')
        .setTrainingLabel(TrainingLabel.SYNC_EFFICIENCY, 12)
        .complete();
    }
    const [span] = memory.take();
    expect(
      Object.keys(span?.attributes ?? {}).filter((key) => key.startsWith('feature.training.')),
    ).toEqual(['feature.training.operation_successful', 'feature.training.performance_tier']);
    expect(said.filter((line) => line.includes('"mood"'))).toHaveLength(1);
    expect(said.filter((line) => line.includes('share of records that were synced'))).toHaveLength(
      1,
    );
  });

  it('of a tier has the words of tiers', () => {
    expect(TRAINING_LABELS[TrainingLabel.PERFORMANCE_TIER].words).toEqual(PERFORMANCE_TIERS);
  });

  it('has its rule in the README, word for word', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').replaceAll(
      /\s+/g,
      ' ',
    );
    for (const label of Object.values(TrainingLabel)) {
      expect(readme).toContain(`| \`${label}\``);
      expect(readme).toContain(TRAINING_LABELS[label].rule);
    }
  });
});
