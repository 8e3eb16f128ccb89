/** What is said when a call fails: what happened, and below it what helps. */
import { ApiError } from '@heartwood/api/client';
import { toTypedName, toTypedRemedy } from './remedy.ts';
import { clean } from './render/clean.ts';
import { showSpan } from './render/number.ts';
import { paint, wantsColour } from './render/style.ts';
import type { Terminal } from './terminal.ts';

/** The lines for stderr, by the error and what was typed. */
export function complaint(
  error: unknown,
  { env, notesSeen }: Terminal,
  args: readonly string[] = [],
): string {
  // What was typed may be what cannot be read; a flag that takes a value takes none that begins with a dash.
  const typed = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const colour = wantsColour(env, notesSeen, typed.includes('--no-color'));
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
function remediesOf({ code, remedy, suggestions, retryAfterS }: ApiError): string[] {
  const names: readonly unknown[] = Array.isArray(suggestions) ? suggestions : [];
  const close = names
    .filter((name) => typeof name === 'string')
    .map((name) => `"${toTypedName(name)}"`);
  const helps = toTypedRemedy(code, remedy) ?? (close.length === 0 ? LAST_REMEDY : undefined);
  return [
    ...(close.length === 0 ? [] : [`Did you mean ${close.join(' or ')}?`]),
    ...(helps === undefined ? [] : [within(helps, retryAfterS)]),
  ];
}

/** Says when, where the server knows. */
function within(remedy: string, seconds: number | undefined): string {
  if (seconds === undefined) return remedy;
  const when = showSpan(seconds * 1000);
  return /in a few seconds|later/u.test(remedy)
    ? remedy.replace(/in a few seconds|later/u, `in ${when}`)
    : `${remedy} It may be asked again in ${when}.`;
}

/** Of a server that says what is wrong and not what helps. */
const LAST_REMEDY = 'heartwood debug health looks at the server, and at the way to it.';
