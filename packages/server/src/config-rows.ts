/** The settings in force, as they may be shown: where each comes from, and never a secret. */
import type { ConfigRow } from '@heartwood/api/contract';
import { type Config, SETTINGS } from './config.ts';
import { token } from './setting-values.ts';

const HIDDEN = '(hidden)';
/** Beside what is read as a token: a name that says so is hidden whatever its type. */
const SECRET_NAME = /TOKEN|SECRET|PASSWORD|CREDENTIAL/u;

/** A row each setting, in the order of the table. */
export function toConfigRows(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): ConfigRow[] {
  return Object.entries(SETTINGS).map(([name, { variable, schema, fallback, meaning }]) => {
    const given = environment[variable];
    const read: unknown = config[name as keyof Config];
    const isSecret = schema === token || SECRET_NAME.test(variable);
    return {
      name: variable,
      value: isSecret ? hide(read) : show(read, given ?? fallback),
      origin: given === undefined ? 'default' : 'env',
      meaning,
    };
  });
}

const hide = (read: unknown): string | null => (read === undefined ? null : HIDDEN);

/** Paths and zones as they were found to be, numbers and lengths as they are written. */
function show(read: unknown, text: string): string | null {
  if (read === undefined) return null;
  const shown = typeof read === 'string' ? read : text;
  // An address may carry user and password.
  return shown.replace(/(?<=:\/\/)[^/@\s]+(?=@)/gu, HIDDEN);
}
