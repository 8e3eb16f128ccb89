/** Which keys of the app's facts may leave the process. */
import { ATTR_FEATURE_METADATA_PREFIX } from '@heartwood/semconv';
import type { FeatureConfig } from '../settings/config.ts';
import { covers, readEntries, type ListEntry } from './name-list.ts';

/** Rules for keys under one set of settings. */
export interface KeyRules {
  /** True for a key that may not leave with its value. Dots part the names of nested objects. */
  denies(key: string): boolean;
  /** The same for a word before `=` or `:` in a text, where `*` of the settings does not mean every word. */
  deniesInText(word: string): boolean;
}

/**
 * Words are what counts: `userPassword`, `user-password` and `user.password.old` all have the word `password`. An entry
 * of `HEARTWOOD_REDACT_KEYS` without `*` and slashes is looked for in the same way; `HEARTWOOD_ALLOW_KEYS` names whole
 * keys, and goes before everything.
 */
export function createKeyRules(config: FeatureConfig): KeyRules {
  const denied = readEntries(config.redactKeys, 'everything');
  const allowed = readEntries(config.allowKeys, 'nothing');
  const people = config.anonymize;
  const inText = denied.filter((entry) => entry.kind !== 'beginning' || entry.text !== '');
  return {
    denies: remembering((key) => isDenied(key, denied, allowed, people)),
    deniesInText: remembering((key) => isDenied(key, inText, allowed, people)),
  };
}

/** Words of a name in small letters, each with a space on both sides: ` user password `. */
function wordsOf(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  return ` ${words.join(' ')} `;
}

/** What lets somebody in. Numbers of tokens are no secrets, so `tokens` is not among them. */
const SECRETS =
  / (\w*(password|passwd|passphrase|secrets?|token|apikey|accesskey|privatekey|cookies?|credentials?)|passwords|passcode|pwd|authorization|jwt|(api|access|private|signing|encryption|auth|session|account) key|cvv|cvc|card number|cardnumber) /;

/** What tells who somebody is; only while ids are made anonymous. */
const PEOPLE =
  / (e ?mail|email address|(tele)?phone( number)?|(first|last|full|given|family|sur|user) ?name|(end)? ?user ?id|ip address|ssn|social security number|iban|passport( number)?) /;

function isDenied(
  given: string,
  denied: readonly ListEntry[],
  allowed: readonly ListEntry[],
  people: boolean,
): boolean {
  const key = given.startsWith(ATTR_FEATURE_METADATA_PREFIX)
    ? given.slice(ATTR_FEATURE_METADATA_PREFIX.length)
    : given;
  if (covers(allowed, key)) return false;
  const words = wordsOf(key);
  if (SECRETS.test(words) || (people && PEOPLE.test(words))) return true;
  return denied.some((entry) =>
    entry.kind === 'exact'
      ? entry.text === key ||
        (/[\p{L}\p{N}]/u.test(entry.text) && words.includes(wordsOf(entry.text)))
      : covers([entry], key),
  );
}

// An app has some hundred keys; one that makes them up would fill the memory.
const MOST_REMEMBERED = 1000;

function remembering(judge: (key: string) => boolean): (key: string) => boolean {
  const verdicts = new Map<string, boolean>();
  return (key) => {
    let verdict = verdicts.get(key);
    if (verdict === undefined) {
      verdict = judge(key);
      if (verdicts.size >= MOST_REMEMBERED) verdicts.clear();
      if (key.length <= 200) verdicts.set(key, verdict);
    }
    return verdict;
  };
}
