/** Goals in definition files: `goals: [{id: efficiency, title: Process files faster}]`. */
import { z } from 'zod';
import { BASE_SHAPE, toBase, type Kind } from './kind.ts';
import type { GoalDefinition } from './kinds.ts';
import { digestOf } from './revision.ts';
import { readShape } from './shape.ts';

const SHAPE = z.strictObject(BASE_SHAPE);

/** Goals. */
export const GOALS: Kind = {
  kind: 'goal',
  key: 'goals',
  written: SHAPE,
  read(entry) {
    const words = readShape(SHAPE, entry.words, entry.spot);
    if (words === undefined) return undefined;
    const digest = digestOf(entry.id);
    return (): GoalDefinition => ({ ...toBase(entry, words), kind: 'goal', digest });
  },
};
