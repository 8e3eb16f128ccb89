/** Questions about runs as rows to learn from; their SQL stands under `sql/read/training`. */
import type { QueryDefinitions } from './query.ts';

const RANGE = { from: 'ns', to: 'ns', feature: 'text?', service: 'text?' } as const;

/** Where the parts begin, and how long before their end no run of one may begin. */
const PARTS = { through: 'ns', validationFrom: 'ns', testFrom: 'ns', gap: 'ns' } as const;

export const TRAINING_QUERIES = {
  'training/extent': {
    /** Runs from `historyFrom` on count for later ones. */
    params: { ...RANGE, historyFrom: 'ns' },
    row: { runs: 'int', through: 'ns', longestNs: 'ns' },
  },
  'training/edge': {
    params: { ...RANGE, through: 'ns', offset: 'int' },
    row: { start: 'ns' },
  },
  'training/parts': {
    params: { ...RANGE, ...PARTS },
    row: { split: 'text', rows: 'int', leftOut: 'int' },
  },
  'training/rows': {
    params: {
      ...RANGE,
      ...PARTS,
      /** Runs from here on count for later ones. */
      historyFrom: 'ns',
      /** Longer runs do not. */
      longest: 'ns',
      hour: 'ns',
      day: 'ns',
      /** Of the names of labels among attributes. */
      prefix: 'text',
      /** Version of the rules of labels. */
      rules: 'text',
      /** From this efficiency on it is high. */
      efficient: 'real',
      tiers: 'texts',
      qualities: 'texts',
      complexities: 'texts',
      syncs: 'texts',
      batches: 'texts',
    },
    row: {
      run_hash: 'text',
      time_bucket: 'text',
      feature: 'text',
      category: 'text?',
      component: 'text?',
      service: 'text?',
      version: 'text?',
      hour_of_day: 'int',
      weekday: 'int',
      input_size: 'int',
      runs_of_feature_before_1h: 'int',
      runs_of_feature_before_24h: 'int',
      failed_share_before_24h: 'real?',
      status: 'text?',
      duration_ms: 'real?',
      tier: 'text?',
      iterations: 'int',
      output_size: 'int',
      efficiency: 'real?',
      label_operation_successful: 'bool?',
      label_performance_tier: 'text?',
      label_efficiency_high: 'bool?',
      label_data_quality: 'text?',
      label_complexity_level: 'text?',
      label_sync_efficiency: 'text?',
      label_error_recovery: 'bool?',
      label_batch_optimization: 'text?',
      label_source: 'text',
      split: 'text',
      /** With `seq` the order of the rows. */
      start: 'ns',
      seq: 'ns',
    },
  },
} as const satisfies QueryDefinitions;
