/** Task success: the share of ended runs that succeeded, with what else became of them. */
import { toStatement } from '../analytic.ts';
import { readCount, readCountMembers, type CountRequest } from '../count.ts';
import { rate } from '../ratio.ts';
import type { SuccessBasis } from './basis.ts';
import type { Resolver } from './resolver.ts';

/** The counted ones, by their place among the measures. */
const COUNTED = ['succeeded', 'partial', 'ended'] as const;

export const SUCCESS: Resolver<SuccessBasis> = {
  async read(reader, window, basis, options) {
    const { series, answer, warnings } = await readCount(reader, window, toRequest(basis), options);
    const values = series[0]?.points[0]?.values ?? [];
    const [succeeded = 0, , ended = 0, medianMs = null] = values;
    return {
      value: rate(succeeded ?? 0, ended ?? 0, answer.facts),
      sample: ended ?? 0,
      isKept: answer.facts.removedBefore === null,
      isSettled: true,
      facts: answer.facts,
      parts: [
        ...COUNTED.map((name, index) => ({ name, value: values[index] ?? 0, isCounted: true })),
        { name: 'medianMs', value: medianMs, isCounted: false },
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

/** All that has landed. */
const LATEST = 2n ** 62n;

function toRequest({ features }: SuccessBasis): CountRequest {
  const run = { source: 'run', names: features } as const;
  return {
    selectors: [{ ...run, statuses: ['success'] }, { ...run, statuses: ['partial'] }, run],
    unit: 'user',
    measures: [
      { agg: 'count', of: [0] },
      { agg: 'count', of: [1] },
      { agg: 'count', of: [2] },
      { agg: 'percentile', p: 0.5, on: { kind: 'column', name: 'durationMs' }, of: [0] },
    ],
    interval: 'whole',
  };
}
