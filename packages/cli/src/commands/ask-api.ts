/** `api get`: any answer of the API that is JSON, for questions that have no command of their own. */
import { defineCommand } from '../command.ts';
import { formatFlag } from '../global-flags.ts';
import { toJson } from '../render/json.ts';

export const askApi = defineCommand({
  examples: [
    ["heartwood api '/api/v1/usage?since=7d&by=feature'", 'runs by day and feature, as JSON'],
    ['heartwood api services', 'a path below /api/v1 needs no more than its end'],
    ["heartwood api 'usage?since=24h' | jq '.data[].points[].runs'", 'numbers for a script'],
  ],
  argument: { noun: 'path of the API', value: 'path' },
  flags: { format: formatFlag(['json'], 'json') },
  run: async ({ argument, client, output, signal }) => {
    const path = argument.startsWith('/') ? argument : `/api/v1/${argument}`;
    // The client fills in what stands in braces, and here nothing does: the server says whether there is such a path; the type is any of them.
    const whole = path.replaceAll('{', '%7B').replaceAll('}', '%7D') as '/api/v1/usage';
    const answer: unknown = await client.get(whole, { signal });
    await output.write(`${toJson(answer, 2)}\n`);
  },
});
