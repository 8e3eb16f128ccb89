/** Reads the modes of a plan or an event as they are written under `enforcement`. */
import { isRecord } from './json-value.ts';
import { PLAN_MODES, type PlanMode, type PlanModes } from './mode.ts';
import type { PlanPlace } from './plan-place.ts';
import { VIOLATION_TYPES, type ViolationType } from './violation.ts';

/** Nothing is lost unless the plan says so: what breaks it is stored and tagged. */
export const DEFAULT_MODES: PlanModes = {
  unplanned_event: 'tag',
  required_missing: 'tag',
  datatype_mismatch: 'tag',
  additional_property: 'warn',
  enum_or_range: 'tag',
  naming: 'warn',
  unknown: 'tag',
};

/** Keys of `enforcement` with the kinds that they set; one kind's own word goes before `violation`. */
const KEYS: ReadonlyMap<string, readonly ViolationType[]> = new Map<
  string,
  readonly ViolationType[]
>([
  ['violation', ['required_missing', 'datatype_mismatch', 'enum_or_range', 'unknown']],
  ['unplannedEvent', ['unplanned_event']],
  ['unplannedProperty', ['additional_property']],
  ...VIOLATION_TYPES.map((type): [string, ViolationType[]] => [type, [type]]),
]);

/** The words that may stand at each key of `enforcement`. */
export const ENFORCEMENT: ReadonlyMap<string, readonly PlanMode[]> = new Map(
  [...KEYS].map(([key, types]) => [
    key,
    types.includes('additional_property') ? PLAN_MODES : PLAN_MODES.slice(0, 4),
  ]),
);

/** `base` with what is written; problems are reported at `place`. */
export function readModes(written: unknown, base: PlanModes, place: PlanPlace): PlanModes {
  if (written === undefined) return base;
  if (!isRecord(written)) {
    place.error(`must be a map of ${[...KEYS.keys()].join(', ')}`);
    return base;
  }
  const modes: Record<ViolationType, PlanMode> = { ...base };
  for (const key of Object.keys(written)) {
    if (!KEYS.has(key)) place.at(key).error('is not known', [...KEYS.keys()]);
  }
  for (const [key, types] of KEYS) {
    const value = written[key];
    if (value === undefined) continue;
    const known = ENFORCEMENT.get(key) ?? [];
    const mode = known.find((one) => one === value);
    if (mode === undefined) place.at(key).error(`must be one of ${known.join(', ')}`, known);
    else for (const type of types) modes[type] = mode;
  }
  return modes;
}
