/** What is said when a call fails: what happened, and below it what helps. */
import { ApiError } from '@heartwood/api/client';
import { toTypedName, toTypedRemedy } from './remedy.ts';
import { clean } from './render/clean.ts';
import { paint, wantsColour } from './render/style.ts';
import type { Terminal } from './terminal.ts';

/** The lines for stderr. */
export function complaint(error: unknown, { env, notesSeen }: Terminal): string {
  const colour = wantsColour(env, notesSeen, false);
  const message = error instanceof Error ? error.message : String(error);
  const lines = [message, ...(error instanceof ApiError ? remediesOf(error) : [])];
  return lines
    .map((line, index) =>
      index === 0
        ? `${paint({ colour }, 'bad', 'heartwood:')} ${clean(line)}\n`
        : `  ${clean(line)}\n`,
    )
    .join('');
}

// The body of an error comes from outside: its parts may be of any type.
function remediesOf({ code, status, remedy, suggestions }: ApiError): string[] {
  const names: readonly unknown[] = Array.isArray(suggestions) ? suggestions : [];
  const close = names
    .filter((name) => typeof name === 'string')
    .map((name) => `"${toTypedName(name)}"`);
  const helps = typeof remedy === 'string' ? toTypedRemedy(code, remedy) : undefined;
  const lines = [
    ...(close.length === 0 ? [] : [`Did you mean ${close.join(' or ')}?`]),
    ...(helps === undefined ? [] : [helps]),
    ...(status === 401 ? ['Give a token with HEARTWOOD_READ_TOKEN or --token.'] : []),
  ];
  return [...new Set(lines)];
}
