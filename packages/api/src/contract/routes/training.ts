/** Runs to learn from: a file of them, and what its columns mean. */
import { answerOf } from '../answer.ts';
import { defineFile, defineRoute } from '../route.ts';
import { NoParams } from '../system.ts';
import {
  TrainingColumns,
  TrainingFile,
  TrainingMeta,
  TrainingQuery,
  TrainingSchemaQuery,
} from '../training.ts';

export const TRAINING_ROUTES = {
  exportTraining: defineFile({
    kind: 'file',
    method: 'get',
    path: '/api/v1/training/runs',
    tag: 'training',
    summary:
      'Runs with labels as one file, in parts that follow each other in time and without personal data.',
    scope: 'read',
    params: NoParams,
    query: TrainingQuery,
    header: TrainingFile,
    errors: [
      'TRAINING_SPLIT_INVALID',
      'TRAINING_LABEL_UNKNOWN',
      'TRAINING_EMPTY',
      'TRAINING_TOO_LARGE',
      'TRAINING_UNAVAILABLE',
      'FILES_FULL',
      'FEATURE_UNKNOWN',
      'SERVICE_UNKNOWN',
    ],
  }),
  readTrainingSchema: defineRoute({
    method: 'get',
    path: '/api/v1/training/schema',
    tag: 'training',
    summary:
      'The columns of such a file: meaning, unit, when each was known, and the rules of labels.',
    scope: 'read',
    params: NoParams,
    query: TrainingSchemaQuery,
    answer: answerOf(TrainingColumns, TrainingMeta),
    errors: ['TRAINING_LABEL_UNKNOWN'],
  }),
};
