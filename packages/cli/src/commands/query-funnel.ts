/** `funnels query`: a funnel that stands in no file. */
import { defineCommand } from '../command.ts';
import { cliError } from '../errors.ts';
import { toAnalyticQuery } from '../range.ts';
import { printFunnel } from './funnel-report.ts';
import { FUNNEL_FLAGS } from './show-funnel.ts';

export const queryFunnel = defineCommand({
  examples: [
    [
      `heartwood funnels query '{"steps": ["feature:view", "event:order_placed"]}' --since 7d`,
      'a funnel of two steps',
    ],
    [
      `heartwood funnels query '{"order": "any", "window": "1h", "steps": ["feature:a", "feature:b"]}'`,
      'in any order, within an hour',
    ],
  ],
  argument: { noun: 'definition as JSON', value: 'json' },
  flags: FUNNEL_FLAGS,
  run: async ({ flags, argument, client, output, signal }) => {
    const { by, top, interval } = flags;
    const body = {
      ...toAnalyticQuery(flags),
      definition: parseDefinition(argument),
      by,
      top: top ?? 10,
      interval,
    };
    await printFunnel(output, await client.post('/api/v1/funnels/query', { body, signal }));
  },
});

function parseDefinition(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    // Told below, with what would be right.
  }
  throw cliError('FLAG_VALUE_WRONG', {
    flag: 'funnels query',
    given: text.slice(0, 60),
    expected: `is no definition in JSON, such as '{"steps": ["feature:a", "event:b"]}'`,
    suggestion: '',
  });
}
