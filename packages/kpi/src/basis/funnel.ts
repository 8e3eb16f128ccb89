/** Conversion: the share of a funnel's entrants that did its last required step. */
import { toStatement } from '../analytic.ts';
import { readFunnel, readFunnelMembers } from '../funnel.ts';
import type { FunnelBasis } from './basis.ts';
import type { Resolver } from './resolver.ts';

export const FUNNEL: Resolver<FunnelBasis> = {
  async read(reader, window, { definition }, options) {
    const { series, warnings, answers } = await readFunnel(
      reader,
      window,
      definition.rule,
      {},
      options,
    );
    const { entered = 0, converted = 0, immature = 0, rate = null } = series[0] ?? {};
    const [answer] = answers;
    return {
      value: rate,
      sample: entered - immature,
      isKept: answer?.facts.removedBefore === null,
      isSettled: immature === 0,
      facts: answer?.facts,
      parts: [
        { name: 'entered', value: entered, isCounted: true },
        { name: 'converted', value: converted, isCounted: true },
        { name: 'immature', value: immature, isCounted: true },
      ],
      warnings,
      statements: answers.map(({ name: _name, count, ...one }) =>
        toStatement(definition.id, one, count),
      ),
      asOf: answer?.asOf ?? 0n,
    };
  },

  members(reader, window, { definition: { rule } }, part, page, options) {
    const last = rule.steps.findLastIndex(({ optional }) => !optional);
    const cells = {
      entered: { step: 0, outcome: 'converted' },
      converted: { step: last, outcome: 'converted' },
      immature: { step: last, outcome: 'immature' },
    } as const;
    if (!Object.hasOwn(cells, part)) return undefined;
    const cell = { bucket: null, group: null, ...cells[part as keyof typeof cells] };
    return readFunnelMembers(reader, window, rule, { cell }, page, options);
  },
};
