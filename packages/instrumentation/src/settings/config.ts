/** Settings from the environment and from code, as one frozen, typed value. */
import { warnOnce } from '../host/report.ts';
import { SETTINGS } from './table.ts';
import { type SettingType } from './setting.ts';

/** What the settings are; `SETTINGS` gives the meaning of each. */
export type FeatureConfig = {
  readonly [Name in keyof typeof SETTINGS]: ValueOf[(typeof SETTINGS)[Name]['type']];
};

/** What the text of each type of setting becomes. */
interface ValueOf {
  readonly boolean: boolean;
  readonly count: number;
  readonly number: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly milliseconds: number;
  readonly delay: number;
  /** Milliseconds; 0 when the text is empty, {@link LONGEST_TIMER_MS} when there is no limit. */
  readonly timeout: number;
  readonly list: readonly string[];
  readonly text: string;
}

/** What a timer of Node can wait at most, milliseconds: 25 days. With more it fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Reads the settings. A value that makes no sense is said once on stderr and replaced by its default. */
export function readConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  problem: (message: string) => void = (message) => warnOnce(message, message),
): FeatureConfig {
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS)) {
    values[name] = parseSetting(setting.type, setting.default);
    // An empty variable counts as unset, as the OpenTelemetry specification has it.
    const key = setting.env.find((candidate) => (env[candidate] ?? '').trim() !== '');
    if (key === undefined) continue;
    const text = (env[key] ?? '').trim();
    const value = parseSetting(setting.type, text);
    if (value === undefined) {
      problem(
        `${key}="${text.slice(0, 60)}" is not ${EXPECTED[setting.type]}; ${setting.default || 'none'} is used`,
      );
    } else values[name] = value;
  }
  return Object.freeze(values) as unknown as FeatureConfig;
}

/** The settings in force: read from the environment when first needed. */
export function currentConfig(): FeatureConfig {
  current ??= readConfig();
  return current;
}

/** Sets settings from code; they go before the environment, and hold for runs that begin later. */
export function configure(settings: Partial<FeatureConfig>): void {
  current = Object.freeze({ ...currentConfig(), ...settings });
}

let current: FeatureConfig | undefined;

const EXPECTED: Readonly<Record<SettingType, string>> = {
  boolean: 'true or false',
  count: 'a whole number above 0',
  number: 'a number of at least 0',
  bytes: 'a whole number of bytes',
  seconds: 'a number of seconds up to 2147483',
  milliseconds: 'a whole number of milliseconds from 1 to 2147483647',
  delay: 'a whole number of milliseconds up to 2147483647',
  timeout: 'a whole number of milliseconds up to 2147483647, 0 for no limit',
  list: 'a comma-separated list',
  text: 'text',
};

/** Undefined when the text does not fit the type. */
function parseSetting(type: SettingType, text: string): unknown {
  switch (type) {
    case 'boolean':
      return BOOLEANS[text.toLowerCase()];
    case 'count':
      return wholeNumber(text, 1);
    case 'bytes':
      return wholeNumber(text, 0);
    case 'number':
      return decimal(text, Infinity);
    case 'seconds':
      return decimal(text, Math.floor(LONGEST_TIMER_MS / 1000));
    case 'milliseconds':
      return wholeNumber(text, 1, LONGEST_TIMER_MS);
    case 'delay':
      return wholeNumber(text, 0, LONGEST_TIMER_MS);
    case 'timeout':
      return timeout(text);
    case 'list':
      return Object.freeze(splitList(text));
    case 'text':
      return text;
    default:
      return type satisfies never;
  }
}

/** Parts a list at its commas, but not at those inside of a pattern between slashes. */
function splitList(text: string): string[] {
  const items = text.match(/\s*\/(?:[^\\/]|\\.)+\/[a-z]*\s*(?=,|$)|[^,]+/g) ?? [];
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

// Python people write True and 1, shells write yes and on: the seeds' settings accepted them all.
const BOOLEANS: Readonly<Record<string, boolean>> = {
  __proto__: null as never,
  true: true,
  '1': true,
  yes: true,
  on: true,
  false: false,
  '0': false,
  no: false,
  off: false,
};

function decimal(text: string, most: number): number | undefined {
  if (!/^\d+(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return value <= most ? value : undefined;
}

function wholeNumber(text: string, least: number, most = Infinity): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= least && value <= most ? value : undefined;
}

/** Zero is no limit, for which a very long time may stand (OpenTelemetry specification, configuration/common, Timeout). */
function timeout(text: string): number | undefined {
  if (text === '') return 0;
  const ms = wholeNumber(text, 0, LONGEST_TIMER_MS);
  return ms === 0 ? LONGEST_TIMER_MS : ms;
}
