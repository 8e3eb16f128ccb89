/** Adoption in definition files: `adoption: [{id: export, feature: data.export, minUses: 3, minDays: 2, window: 28d}]`. */
import { z } from 'zod';
import type { AdoptionRule } from '../adoption-rule.ts';
import { parseTimeZone } from '../time-zone.ts';
import { parseTime } from '../window.ts';
import { parseCondition } from './condition-text.ts';
import { BASE_SHAPE, toBase, type Kind } from './kind.ts';
import type { AdoptionDefinition } from './rule-definition.ts';
import { digestOf } from './revision.ts';
import { durationMs, parsedText, readShape, wordOf } from './shape.ts';
import { readSelector, SELECTOR_WRITTEN } from './selector-text.ts';

const DAY_MS = 86_400_000;
const LONGEST_WINDOW_MS = 366 * DAY_MS;

const day = parsedText((text) => {
  // The zone is that of the question; whether it is a moment at all can be told without.
  parseTime(text, 'releasedAt', parseTimeZone('UTC'), Date.UTC(2026, 0, 1));
  return text;
});

const SHAPE = z.strictObject({
  ...BASE_SHAPE,
  unit: wordOf(['user', 'session']).optional(),
  feature: z.string().min(1).max(200).optional(),
  exposure: z.unknown().optional(),
  eligible: parsedText(parseCondition).optional(),
  minUses: z.int().min(1).max(1000).optional(),
  minDays: z.int().min(1).max(366).optional(),
  window: durationMs.optional(),
  releasedAt: day.optional(),
});

/** Adoption. */
export const ADOPTIONS: Kind = {
  kind: 'adoption',
  key: 'adoption',
  written: SHAPE.extend({ exposure: SELECTOR_WRITTEN.nullish() }),
  read(entry) {
    const { spot } = entry;
    const words = readShape(SHAPE, entry.words, spot);
    const written = entry.words['exposure'] ?? null;
    const exposure = written === null ? null : readSelector(written, spot.at('exposure'));
    if (words === undefined || exposure === undefined) return undefined;
    const { minUses = 3, minDays = 2, window = 28 * DAY_MS } = words;
    const problem =
      minDays > minUses
        ? ['minDays', 'asks for more days than minUses asks for uses']
        : window % DAY_MS !== 0 || window > LONGEST_WINDOW_MS
          ? ['window', 'must be whole days, 366d at most']
          : minDays > window / DAY_MS + 1
            ? ['minDays', 'asks for more days than the window has']
            : undefined;
    if (problem !== undefined) {
      const [key = '', message = ''] = problem;
      spot.at(key).error('DEFINITION_VALUE', message);
      return undefined;
    }
    const feature = words.feature ?? entry.id;
    const rule: AdoptionRule = {
      unit: words.unit ?? 'user',
      exposure,
      eligible: words.eligible ?? null,
      minUses,
      minDays,
      windowMs: window,
      releasedAt: words.releasedAt ?? null,
    };
    return (): AdoptionDefinition => ({
      ...toBase(entry, words),
      kind: 'adoption',
      digest: digestOf({ feature, rule }),
      feature,
      rule,
    });
  },
};
