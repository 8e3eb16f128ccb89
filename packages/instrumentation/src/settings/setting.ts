/** What a setting is. */

/** How the text of a setting becomes a value. */
export type SettingType =
  | 'boolean'
  | 'count'
  | 'number'
  | 'bytes'
  | 'seconds'
  /** At least 1. */
  | 'milliseconds'
  /** Milliseconds; 0 is none. */
  | 'delay'
  /** Milliseconds; 0 is no limit. */
  | 'timeout'
  | 'list'
  | 'text';

/** One setting: environment variables in order of precedence, and what it means. */
export interface Setting {
  readonly env: readonly string[];
  readonly type: SettingType;
  /** Text of the default, as one would write it into the environment; empty for none. */
  readonly default: string;
  readonly doc: string;
}
