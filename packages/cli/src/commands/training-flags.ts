/** Flags that both commands about runs to learn from take. */
import type { FlagTable } from '../flag.ts';

export const TRAINING_FLAGS = {
  labels: {
    kind: 'text',
    value: 'NAMES',
    doc: 'Only these labels, separated by commas. Default: all.',
  },
} as const satisfies FlagTable;
