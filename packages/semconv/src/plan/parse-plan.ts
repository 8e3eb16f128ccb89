/** Reads a tracking plan as it is written and says everything that is wrong with it. */
import { isRecord, kindOf } from './json-value.ts';
import { DEFAULT_MODES, readModes } from './modes.ts';
import { parseEvent } from './parse-event.ts';
import { PlanPlace } from './plan-place.ts';
import type { PlannedEvent } from './planned-event.ts';
import type { ParsedPlan, PlanNaming, PlanProblem, TrackingPlan } from './tracking-plan.ts';

const MAX_EVENTS = 5000;
const TOP_KEYS = ['version', 'plan', 'enforcement', 'events'];
/** The keys of `plan`. */
export const PLAN_KEYS = ['id', 'revision', 'naming'];

/**
 * Reads plain values of YAML or JSON: `{version, plan, enforcement, events}`, or a map of events alone, which the first
 * plans are. Never throws.
 */
export function parsePlan(document: unknown): ParsedPlan {
  const problems: PlanProblem[] = [];
  const place = new PlanPlace(problems);
  if (!isRecord(document)) {
    place.error(`must be a map of events, not ${kindOf(document)}`);
    return { ok: false, problems };
  }
  const plan = hasParts(document) ? readPlan(document, place) : readEvents({}, document, place);
  const { errors, untold } = place;
  const all = untold === 0 ? problems : [...problems, untoldProblem(untold, errors > 0)];
  return errors > 0 ? { ok: false, problems: all } : { ok: true, plan, warnings: all };
}

const untoldProblem = (count: number, isError: boolean): PlanProblem => ({
  severity: isError ? 'error' : 'warning',
  path: [],
  message: `has ${count} more problem${count === 1 ? '' : 's'}, which are not told`,
  known: [],
});

type Written = Readonly<Record<string, unknown>>;

/** True for a document with keys of ours; `plan` alone may be the name of an event. */
function hasParts(document: Written): boolean {
  const { events, plan, enforcement, version } = document;
  return events !== undefined || (version !== undefined && (plan ?? enforcement) !== undefined);
}

function readPlan(document: Written, place: PlanPlace): TrackingPlan {
  const { events = {} } = document;
  if (!isRecord(events)) {
    place.at('events').error(`must be a map of events, not ${kindOf(events)}`);
    return readEvents({}, {}, place);
  }
  for (const key of Object.keys(document)) {
    // The first plans hold words of their own beside their events.
    if (!TOP_KEYS.includes(key)) place.at(key).warn('is not known and has no effect', TOP_KEYS);
  }
  const version = document['version'];
  if (version !== undefined && version !== 1 && document['plan'] !== undefined) {
    place.at('version').error('must be 1');
  }
  return readEvents(document, events, place);
}

function readEvents(document: Written, events: Written, place: PlanPlace): TrackingPlan {
  const about = readAbout(document['plan'], place.at('plan'));
  const modes = readModes(document['enforcement'], DEFAULT_MODES, place.at('enforcement'));
  const read = new Map<string, PlannedEvent>();
  const at = document['events'] === events ? place.at('events') : place;
  const names = Object.keys(events);
  if (names.length > MAX_EVENTS) at.error(`has ${names.length} events; at most ${MAX_EVENTS}`);
  for (const name of names.slice(0, MAX_EVENTS)) {
    const event = parseEvent(name, events[name], modes, at.at(name));
    if (event !== null) read.set(name, event);
  }
  checkReplacements(read, at);
  return { ...about, modes, events: read };
}

function readAbout(
  written: unknown,
  place: PlanPlace,
): Pick<TrackingPlan, 'id' | 'revision' | 'naming'> {
  const about = { id: '', revision: 1, naming: null };
  if (written === undefined) return about;
  if (!isRecord(written)) {
    place.error(`must be a map of ${PLAN_KEYS.join(', ')}`);
    return about;
  }
  for (const key of Object.keys(written)) {
    if (!PLAN_KEYS.includes(key)) place.at(key).error('is not known', PLAN_KEYS);
  }
  const { id = '', revision = 1 } = written;
  if (typeof id !== 'string') place.at('id').error('must be a text');
  if (!Number.isSafeInteger(revision) || (revision as number) < 1) {
    place.at('revision').error('must be a whole number from 1');
  }
  const naming = readNaming(written['naming'], place.at('naming'));
  return {
    id: typeof id === 'string' ? id : '',
    revision: typeof revision === 'number' ? revision : 1,
    naming,
  };
}

function readNaming(written: unknown, place: PlanPlace): PlanNaming | null {
  if (written === undefined) return null;
  const { case: words = 'snake', pattern = null, ...others } = isRecord(written) ? written : {};
  if (!isRecord(written)) place.error('must be a map of case, pattern');
  for (const key of Object.keys(others)) place.at(key).error('is not known', ['case', 'pattern']);
  if (words !== 'snake' && words !== 'camel') {
    place.at('case').error('must be snake or camel', ['snake', 'camel']);
    return null;
  }
  if (pattern !== null && pattern !== 'object_action_state') {
    place.at('pattern').error('must be object_action_state', ['object_action_state']);
    return null;
  }
  return { case: words, pattern };
}

function checkReplacements(events: ReadonlyMap<string, PlannedEvent>, place: PlanPlace): void {
  // One list for all: a list for each would be as many names as events times events.
  const names = [...events.keys()];
  for (const { name, replacedBy } of events.values()) {
    if (replacedBy === null || events.has(replacedBy)) continue;
    place.at(name, 'replacedBy').error('must name an event of the plan', names);
  }
}
