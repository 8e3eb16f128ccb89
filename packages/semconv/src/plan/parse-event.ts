/** Reads one event of a tracking plan as it is written, in the short form or with a schema. */
import { isRecord, kindOf } from './json-value.ts';
import type { PlanModes } from './mode.ts';
import { readModes } from './modes.ts';
import { parseSchema } from './parse-schema.ts';
import type { PlannedEvent } from './planned-event.ts';
import type { PlanPlace } from './plan-place.ts';
import { parseVersion } from './schema-version.ts';
import { fromShortForm, SHORT_FORM_KEYS } from './short-form.ts';
import type { Schema } from './schema.ts';

const LONGEST_NAME = 200;
const STATUSES = ['draft', 'active', 'deprecated'] as const;
/** The keys of an event, those of the short form aside. */
export const EVENT_KEYS = [
  'schemaVersion',
  'description',
  'section',
  'funnel',
  'kpis',
  'trigger',
  'owner',
  'status',
  'replacedBy',
  'pii',
  'notes',
  'enforcement',
  'schema',
  'earlier',
];

/** Null when it has errors, which are reported at `place`. */
export function parseEvent(
  name: string,
  written: unknown,
  planModes: PlanModes,
  place: PlanPlace,
): PlannedEvent | null {
  if (name === '' || name.length > LONGEST_NAME || name === '__proto__') {
    place.error(`is not the name of an event: 1 to ${LONGEST_NAME} characters, not __proto__`);
    return null;
  }
  if (!isRecord(written)) {
    place.error(`must be a map of what is planned, not ${kindOf(written)}`);
    return null;
  }
  checkKeys(written, place);
  const schema = readSchema(written, place);
  const text = (key: string): string => readText(written[key], place.at(key));
  const version = readVersion(written['schemaVersion'] ?? '1-0-0', place.at('schemaVersion'));
  const event = {
    name,
    version,
    description: text('description'),
    section: text('section'),
    funnel: readFunnel(written['funnel'], place.at('funnel')),
    kpis: readKpis(written['kpis'], place.at('kpis')),
    trigger: text('trigger'),
    owner: text('owner'),
    notes: text('notes'),
    status: readStatus(written['status'], place.at('status')),
    replacedBy: text('replacedBy') || null,
    pii: readPii(written['pii'], place.at('pii')),
    earlier: readEarlier(written['earlier'], version, place.at('earlier')),
    modes: readModes(written['enforcement'], planModes, place.at('enforcement')),
  };
  return schema === null ? null : { ...event, schema };
}

type Written = Readonly<Record<string, unknown>>;

const isShort = (written: Written): boolean =>
  SHORT_FORM_KEYS.some((key) => written[key] !== undefined);

function checkKeys(written: Written, place: PlanPlace): void {
  for (const key of Object.keys(written)) {
    if (EVENT_KEYS.includes(key) || SHORT_FORM_KEYS.some((known) => known === key)) continue;
    // The first plans hold words of their own; beside a schema such a word is a mistake.
    if (written['schema'] === undefined)
      place.at(key).warn('is not known and has no effect', EVENT_KEYS);
    else place.at(key).error('is not known', EVENT_KEYS);
  }
}

function readSchema(written: Written, place: PlanPlace): Schema | null {
  if (!isShort(written)) {
    return parseSchema(written['schema'] ?? {}, place.at('schema'));
  }
  if (written['schema'] !== undefined) {
    place.at('schema').error(`cannot stand beside ${SHORT_FORM_KEYS.join(', ')}`);
    return null;
  }
  const long = fromShortForm(written, place);
  return long === null ? null : parseSchema(long.schema, place, long.types);
}

function readText(value: unknown, place: PlanPlace): string {
  if (typeof value === 'string') return value;
  if (value !== undefined && value !== null) place.error(`must be a text, not ${kindOf(value)}`);
  return '';
}

function readVersion(value: unknown, place: PlanPlace): string {
  if (typeof value === 'string' && parseVersion(value) !== null) return value;
  place.error('must be a version such as 1-0-2: model, revision, addition');
  return '1-0-0';
}

function readFunnel(value: unknown, place: PlanPlace): PlannedEvent['funnel'] {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value === '' ? null : { id: value, step: null };
  if (!isRecord(value) || typeof value['id'] !== 'string' || value['id'] === '') {
    place.error('must be the id of a funnel, or {id, step}');
    return null;
  }
  const { id, step = null, ...others } = value;
  for (const key of Object.keys(others)) place.at(key).error('is not known', ['id', 'step']);
  if (step !== null && !(Number.isSafeInteger(step) && (step as number) >= 1)) {
    place.at('step').error('must be a whole number from 1');
    return null;
  }
  return { id, step: step as number | null };
}

function readKpis(value: unknown, place: PlanPlace): readonly string[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (Array.isArray(value) && value.every((id) => typeof id === 'string' && id !== '')) {
    return value as readonly string[];
  }
  place.error('must be a list of ids of KPIs');
  return [];
}

function readStatus(value: unknown, place: PlanPlace): PlannedEvent['status'] {
  if (value === undefined) return 'active';
  const status = STATUSES.find((one) => one === value);
  if (status === undefined) place.error(`must be one of ${STATUSES.join(', ')}`, STATUSES);
  return status ?? 'active';
}

function readPii(value: unknown, place: PlanPlace): ReadonlyMap<string, string> {
  if (value === undefined || value === null) return new Map();
  if (isRecord(value)) {
    const entries = Object.entries(value);
    const texts = entries.filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    if (texts.length === entries.length) return new Map(texts);
  }
  place.error('must say of each property what is done to it, such as file_name: redact');
  return new Map();
}

function readEarlier(
  value: unknown,
  newest: string,
  place: PlanPlace,
): ReadonlyMap<string, Schema> {
  const read = new Map<string, Schema>();
  if (value === undefined || value === null) return read;
  if (!isRecord(value)) {
    place.error('must be a map of schemas by their versions');
    return read;
  }
  for (const [version, written] of Object.entries(value)) {
    const at = place.at(version);
    if (parseVersion(version) === null) at.error('must be under a version such as 1-0-2');
    else if (version === newest) at.error('is the version of the event itself');
    const schema = parseSchema(written, at);
    if (schema !== null) read.set(version, schema);
  }
  return read;
}
