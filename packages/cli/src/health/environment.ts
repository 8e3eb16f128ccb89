/** The check of the environment: names that look like settings and are none, and aliases that contradict each other. */
import { APP_SETTING_NAMES, SERVER_SETTING_NAMES } from '@heartwood/semconv';
import { suggest } from '../suggest.ts';
import { pass, toRow, trouble, type HealthRow, type HereCheck } from './row.ts';

const ENVIRONMENT = { id: 'config.environment', title: 'Every variable is one that is read' };

export const ENVIRONMENT_CHECKS: readonly HereCheck[] = [ENVIRONMENT];

const PREFIX = /^(?:HEARTWOOD|FEATURE_TRACKING|FASTINTERCOM)_/u;
const KNOWN = [...new Set([...APP_SETTING_NAMES, ...SERVER_SETTING_NAMES])];

/** Looks at names alone, and never says a value: it may be a secret. */
export function checkEnvironment(env: Readonly<Record<string, string | undefined>>): HealthRow {
  const given = Object.keys(env).filter((name) => PREFIX.test(name) && env[name] !== undefined);
  const unknown = given
    .filter((name) => !KNOWN.includes(name))
    .map((name) => ({ name, near: suggest(name, KNOWN) }))
    // An app may have variables of its own under the older prefix.
    .filter(({ name, near }) => !name.startsWith('FASTINTERCOM_') || near.length > 0);
  const doubled = given.filter((name) => {
    const alias = name.replace(/^HEARTWOOD_/u, 'FASTINTERCOM_');
    return alias !== name && env[alias] !== undefined && env[alias] !== env[name];
  });
  const evidence = { given, unknown, doubled };
  const [first] = unknown;
  if (first !== undefined) {
    const words = unknown.map(({ name, near }) =>
      near.length === 0 ? name : `${name} (did you mean ${near.join(' or ')}?)`,
    );
    return toRow(
      ENVIRONMENT,
      trouble(
        'fail',
        `without effect: ${words.join(', ')}`,
        'Correct or unset them; docs/reference.md lists all settings.',
        evidence,
      ),
    );
  }
  return toRow(
    ENVIRONMENT,
    doubled.length === 0
      ? pass(given.length === 0 ? 'none is set here' : given.join(', '), evidence)
      : trouble(
          'warn',
          `set twice with different values, of which ${doubled.join(', ')} counts`,
          'Unset the FASTINTERCOM_ name.',
          evidence,
        ),
  );
}
