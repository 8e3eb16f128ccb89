/** Which parts of texts may leave the process: what looks like a secret or a person, and what the settings name, is masked. */
import type { FeatureConfig } from '../settings/config.ts';
import type { KeyRules } from './key-rules.ts';
import { covers, readEntries, type ListEntry } from './name-list.ts';

/** Stands where something was taken out. */
export const MASK = '[redacted]';

/** Masks texts under one set of settings. */
export interface ValueRules {
  /** True when the settings name values, so that numbers have to be looked at too. */
  readonly looksAtNumbers: boolean;
  mask(text: string): string;
}

/** Rules of `HEARTWOOD_REDACT_VALUES` and those that always hold; what `HEARTWOOD_ALLOW_VALUES` covers stays. */
export function createValueRules(config: FeatureConfig, keys: KeyRules): ValueRules {
  const denied = readEntries(config.redactValues, 'everything');
  const allowed = readEntries(config.allowValues, 'nothing');
  const keep = (piece: string): boolean => allowed.length > 0 && covers(allowed, piece);
  const masked = (piece: string): string => (keep(piece) ? piece : MASK);
  return {
    looksAtNumbers: denied.length > 0,
    mask(text) {
      if (allowed.some((entry) => entry.kind === 'exact' && entry.text === text)) return text;
      let left = text;
      for (const entry of denied) left = maskEntry(left, entry, masked);
      return MAY_HOLD_A_SECRET.test(left)
        ? maskSecrets(left, keys, masked, config.anonymize)
        : left;
    },
  };
}

function maskEntry(text: string, entry: ListEntry, masked: (piece: string) => string): string {
  switch (entry.kind) {
    case 'exact':
      return text.includes(entry.text) ? text.replaceAll(entry.text, masked) : text;
    case 'beginning':
      return text.startsWith(entry.text) ? masked(text) : text;
    case 'pattern': {
      let left = '';
      let from = 0;
      for (const [begin, end] of entry.pattern.matches(text)) {
        left += text.slice(from, begin) + masked(text.slice(begin, end));
        from = end;
      }
      return from === 0 ? text : left + text.slice(from);
    }
    default:
      return entry satisfies never;
  }
}

/** Most texts have none of these, and need no closer look. */
const MAY_HOLD_A_SECRET = /[@=:]|eyJ|bearer|basic|-----BEGIN/i;

// Each of these goes over a text in linear time: what may repeat is bounded or takes what it has passed.
const PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;
const HEADER_LINE =
  /\b((?:set-)?cookie|(?:proxy-)?authorization)(["']?\s{0,3}[:=]\s{0,3})[^\r\n]+/gi;
// The look ahead keeps sentences such as "basic understanding" as they are.
const CREDENTIALS = /\b(Bearer|Basic)\s{1,3}(?=[\w+/.~-]{0,400}[\d=+/])[\w+/.~-]{6,}=*/gi;
const JSON_WEB_TOKEN = /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g;
const URL_CREDENTIALS = /\b([a-z][a-z\d+.-]{0,30}:\/\/)([^\s/?#@]{1,256})@/gi;
const KEY_AND_SIGN = /(?<![\w.])(\\?["']?)([A-Za-z_][\w.-]{0,60})\1\s{0,3}[=:]\s{0,3}/g;
const VALUE =
  /\[redacted\]|\\"(?:(?!\\").){0,2048}(?:\\")?|"(?:[^"\\]|\\.){0,2048}"?|'(?:[^'\\]|\\.){0,2048}'?|[^\s,;&"')}\]]{1,2048}/y;
const MAIL_ADDRESS = /(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])/gi;
/** Lines of a stack: what stands before their colon is no key. */
const SOURCE_FILE = /\.(?:[cm]?[jt]sx?|json|node|wasm)$/;

function maskSecrets(
  text: string,
  keys: KeyRules,
  masked: (piece: string) => string,
  people: boolean,
): string {
  const shorter = text
    .replaceAll(PRIVATE_KEY, masked)
    .replaceAll(HEADER_LINE, (_, name: string, sign: string) => name + sign + MASK)
    .replaceAll(CREDENTIALS, (_, scheme: string) => `${scheme} ${MASK}`)
    .replaceAll(JSON_WEB_TOKEN, masked)
    .replaceAll(
      URL_CREDENTIALS,
      (_, scheme: string, credentials: string) => `${scheme}${masked(credentials)}@`,
    );
  const left = maskValuesOfKeys(shorter, keys, masked);
  return people && left.includes('@') ? left.replaceAll(MAIL_ADDRESS, masked) : left;
}

/** Masks what stands behind a denied key: `password=x`, `"apiKey": "x"`. Other keys are passed by, their values are not. */
function maskValuesOfKeys(text: string, keys: KeyRules, masked: (piece: string) => string): string {
  let left = '';
  let from = 0;
  for (const match of text.matchAll(KEY_AND_SIGN)) {
    const end = match.index + match[0].length;
    const key = match[2] ?? '';
    if (match.index < from || !keys.deniesInText(key) || SOURCE_FILE.test(key)) continue;
    VALUE.lastIndex = end;
    const value = VALUE.exec(text)?.[0];
    if (value === undefined) continue;
    left += text.slice(from, end) + masked(value);
    from = end + value.length;
  }
  return left + text.slice(from);
}
