/** `retention query`: a retention table that stands in no file. */
import { defineCommand } from '../command.ts';
import { cliError } from '../errors.ts';
import { toAnalyticQuery } from '../range.ts';
import { printRetention } from './retention-columns.ts';
import { RETENTION_FLAGS } from './show-retention.ts';

export const queryRetention = defineCommand({
  examples: [
    [
      `heartwood retention query '{"start": "feature:export", "return": "feature:any", "period": "day"}' --since 28d`,
      'who exported for the first time, and came back for anything',
    ],
  ],
  argument: { noun: 'definition as JSON', value: 'json' },
  flags: RETENTION_FLAGS,
  run: async ({ flags, argument, client, output, signal }) => {
    const { by, top } = flags;
    const body = { ...toAnalyticQuery(flags), definition: parseDefinition(argument), by, top };
    await printRetention(output, await client.post('/api/v1/retention/query', { body, signal }));
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
    flag: 'retention query',
    given: text.slice(0, 60),
    expected: `is no definition in JSON, such as '{"start": "feature:a", "return": "feature:any"}'`,
    suggestion: '',
  });
}
