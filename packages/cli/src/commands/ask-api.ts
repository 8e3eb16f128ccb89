/** `api get`: any answer of the API that is JSON, for questions that have no command of their own. */
import { ApiError } from '@heartwood/api/client';
import type { Route } from '@heartwood/api/contract';
import { defineCommand } from '../command.ts';
import { cliError } from '../errors.ts';
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
    const answer: unknown = await client.get(whole, { signal }).catch(async (error: unknown) => {
      throw await blamePath(error, whole);
    });
    await output.write(`${toJson(answer, 2)}\n`);
  },
});

/** The error; where a path was answered that is not for JSON, that is said instead of doubting the address. */
async function blamePath(error: unknown, whole: string): Promise<unknown> {
  if (!(error instanceof ApiError) || error.code !== 'ANSWER_UNREADABLE') return error;
  const { status, message: answer } = error;
  // Else a proxy answers.
  if (status < 200 || status > 299 || (await isForJson(whole))) return error;
  const code = 'PATH_NOT_JSON';
  return new ApiError(status, { code, detail: cliError(code, { answer }).message }, error);
}

async function isForJson(whole: string): Promise<boolean> {
  const path = whole.replace(/[?#].*$/u, '');
  if (!path.startsWith('/api/v1/')) return false;
  const { ROUTES } = await import('@heartwood/api/contract');
  const routes: readonly Route[] = Object.values(ROUTES);
  return routes.every((route) => route.path !== path || route.kind === undefined);
}
