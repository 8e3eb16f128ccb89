/** Task success: the share of ended runs that succeeded, with what else became of them. */
import type { Measure } from '@heartwood/store';
import { toStatement } from '../analytic.ts';
import { readCount, readCountMembers, type CountRequest } from '../count.ts';
import { rate } from '../ratio.ts';
import type { SuccessBasis } from './basis.ts';
import type { Resolver } from './resolver.ts';

/** The counted ones, by their place among the selectors and the measures; the last are all together. */
const COUNTED = ['succeeded', 'partial', 'failed', 'timeout', 'cancelled', 'ended'] as const;

export const SUCCESS: Resolver<SuccessBasis> = {
  async read(reader, window, basis, options) {
    const { series, answer, warnings } = await readCount(reader, window, toRequest(basis), options);
    const values = series[0]?.points[0]?.values ?? [];
    const countOf = (name: (typeof COUNTED)[number]): number => values[COUNTED.indexOf(name)] ?? 0;
    const [succeeded, ended] = [countOf('succeeded'), countOf('ended')];
    return {
      value: rate(succeeded, ended, answer.facts),
      sample: ended,
      isKept: answer.facts.removedBefore === null,
      isSettled: true,
      facts: answer.facts,
      parts: [
        ...COUNTED.map((name) => ({ name, value: countOf(name), isCounted: true })),
        {
          name: 'errorRate',
          value: rate(countOf('failed') + countOf('timeout'), ended, answer.facts),
          isCounted: false,
        },
        { name: 'medianMs', value: values[COUNTED.length] ?? null, isCounted: false },
      ],
      warnings,
      statements: [toStatement('runs', answer, answer.total)],
      asOf: answer.asOf,
    };
  },

  members(reader, window, basis, part, { asOf, after, limit }, options) {
    const measure = COUNTED.findIndex((name) => name === part);
    if (measure < 0) return undefined;
    const cell = { bucket: 0, group: null, measure };
    const page = { asOf: asOf ?? LATEST, after, limit };
    return readCountMembers(reader, window, toRequest(basis), cell, page, options);
  },
};

/** How runs end, in the order of the counted ones. */
const STATUSES = ['success', 'partial', 'failed', 'timeout', 'cancelled'] as const;

/** All that has landed. */
const LATEST = 2n ** 62n;

function toRequest({ features }: SuccessBasis): CountRequest {
  const run = { source: 'run', names: features } as const;
  return {
    selectors: [...STATUSES.map((status) => ({ ...run, statuses: [status] })), run],
    unit: 'user',
    measures: [
      ...COUNTED.map((_, index): Measure => ({ agg: 'count', of: [index] })),
      { agg: 'percentile', p: 0.5, on: { kind: 'column', name: 'durationMs' }, of: [0] },
    ],
    interval: 'whole',
  };
}
