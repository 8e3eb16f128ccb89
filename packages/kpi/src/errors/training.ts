/** What can be wrong with a question for runs to learn from. */
import type { ErrorTable } from './entry.ts';

export const TRAINING_ERRORS = {
  TRAINING_SPLIT_INVALID: {
    status: 422,
    detail: '{value} are no shares for training, validation and test.',
    remedy:
      'Give three numbers from 0 to 1 that add up to 1, the first above 0, such as 0.8,0.1,0.1.',
  },
  TRAINING_LABEL_UNKNOWN: {
    status: 404,
    detail: 'There is no training label "{value}".',
    remedy: 'See /api/v1/training/schema for all labels.',
  },
  TRAINING_EMPTY: {
    status: 404,
    detail: 'No run has landed from {from} to {to} that could be learned from.',
    remedy: 'Ask for a longer range, or leave filters out.',
  },
  TRAINING_TOO_LARGE: {
    status: 422,
    detail: 'The range has {runs} runs, and one file takes at most {limit}.',
    remedy: 'Ask for a shorter range, or for one feature or service.',
  },
  TRAINING_UNAVAILABLE: {
    status: 503,
    detail: 'This server has no place for files.',
    remedy: 'Ask the server that holds the data.',
  },
} as const satisfies ErrorTable;
