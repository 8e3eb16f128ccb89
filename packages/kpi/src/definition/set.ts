/** Reads all definition files together: what is valid as a whole, or everything that is wrong. */
import { z } from 'zod';
import { suggest } from '../suggestion.ts';
import { ADOPTIONS } from './adoption-definition.ts';
import { type DefinitionFile, type DefinitionText, parseDefinitionFile } from './file.ts';
import { FUNNELS } from './funnel-definition.ts';
import { GOALS } from './goal-definition.ts';
import { HEART } from './heart-definition.ts';
import type { Finish, Kind, Links } from './kind.ts';
import type { DefinitionSet, Loaded, PlanDefinition } from './kinds.ts';
import type { Definition } from './definition.ts';
import type { Place, Problem } from './problem.ts';
import { KPIS } from './kpi-definition.ts';
import { MEASURES } from './measure-definition.ts';
import { isPlanKey, isShortForm, PLAN_KEYS, PlanParts } from './plan-definition.ts';
import { findUnplanned, warnOfUndefined } from './plan-references.ts';
import { QUALITY } from './quality-definition.ts';
import { digestOf } from './revision.ts';
import { KPI_MAPPING } from './seed-mapping.ts';
import { RETENTION } from './retention-definition.ts';
import { readShape } from './shape.ts';
import { Spot } from './spot.ts';

/** In this order: a definition refers only to kinds before its own. */
export const KINDS: readonly Kind[] = [
  GOALS,
  MEASURES,
  RETENTION,
  FUNNELS,
  ADOPTIONS,
  HEART,
  KPIS,
  KPI_MAPPING,
  QUALITY,
];

/** Most definitions of all kinds together. */
const MOST_DEFINITIONS = 5000;

/** A set of no definitions. */
export function createEmptySet(loadedAtMs: number): DefinitionSet {
  const digest = digestOf(new Map());
  return toSet(new Map(), { digest, loadedAtMs, plan: null, warnings: [] });
}

/** Reads all files, in whatever order; all problems at once, by file and line. */
export function parseDefinitions(texts: readonly DefinitionText[], nowMs: number): Loaded {
  const files = texts.map(parseDefinitionFile);
  const reading = new Reading(files);
  const definitions = reading.finish();
  const plan = reading.finishPlan(definitions);
  const problems = [...files.flatMap(({ problems }) => problems), ...reading.problems].toSorted(
    (a, b) => compare(a.place.file, b.place.file) || a.place.line - b.place.line,
  );
  if (plan === undefined || problems.some(({ severity }) => severity === 'error'))
    return { ok: false, problems };
  const digest = digestOf(new Map(texts.map(({ name, text }) => [name, text])));
  const rest = { digest, loadedAtMs: nowMs, plan, warnings: problems };
  return { ok: true, set: toSet(definitions, rest) };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

type ByKind = ReadonlyMap<string, ReadonlyMap<string, Definition>>;

function toSet(
  definitions: ByKind,
  rest: Pick<DefinitionSet, 'digest' | 'loadedAtMs' | 'plan' | 'warnings'>,
): DefinitionSet {
  const of = <One>(kind: string): ReadonlyMap<string, One> =>
    (definitions.get(kind) ?? new Map()) as ReadonlyMap<string, One>;
  return {
    ...rest,
    goals: of('goal'),
    measures: of('measure'),
    kpis: of('kpi'),
    retention: of('retention'),
    funnels: of('funnel'),
    adoptions: of('adoption'),
    all: [...definitions.values()].flatMap((ofKind) => [...ofKind.values()]),
    quality: of('quality'),
    hearts: of('heart'),
  };
}

/** What `version` at the top of a file may be. */
export const VERSION = z.literal(1);
const TOP_KEYS = ['version', ...KINDS.map(({ key }) => key), ...PLAN_KEYS];
/** What definitions may be called. */
export const ID = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/u;

interface Pending {
  readonly place: Place;
  readonly id: string;
  readonly finish: Finish | undefined;
}

/** One reading of all files: first each definition for itself, then what refers to others. */
class Reading implements Links {
  readonly problems: Problem[] = [];
  readonly #pending = new Map<string, Map<string, Pending>>();
  readonly #finished = new Map<string, Map<string, Definition>>();
  readonly #plan = new PlanParts();
  /** What is not found may stand in a file that cannot be read. */
  readonly #isWhole: boolean;
  #count = 0;

  constructor(files: readonly DefinitionFile[]) {
    this.#isWhole = files.every(({ problems }) => problems.length === 0);
    for (const file of files) this.#readFile(file);
  }

  find(kind: string, id: string): Definition | 'broken' | undefined {
    const found = this.#finished.get(kind)?.get(id);
    if (found !== undefined) return found;
    return this.#pending.get(kind)?.has(id) === true || !this.#isWhole ? 'broken' : undefined;
  }

  ids(kind: string): Iterable<string> {
    return this.#pending.get(kind)?.keys() ?? [];
  }

  /** Definitions without problems, by kind and id. */
  finish(): ByKind {
    for (const kind of new Set(KINDS.map(({ kind }) => kind))) {
      const finished = new Map<string, Definition>();
      this.#finished.set(kind, finished);
      for (const { id, finish } of this.#pending.get(kind)?.values() ?? []) {
        const definition = finish?.(this);
        if (definition !== undefined) finished.set(id, definition);
      }
    }
    return this.#finished;
  }

  /** The plan beside what it names and what names it; undefined when it has errors. */
  finishPlan(definitions: ByKind): PlanDefinition | null | undefined {
    const plan = this.#plan.finish();
    if (plan === null || plan === undefined) return plan;
    const namesOf = (kind: string): string[] => [
      ...this.ids(kind),
      ...[...(definitions.get(kind)?.values() ?? [])].map(({ title }) => title),
    ];
    warnOfUndefined(plan, { funnels: namesOf('funnel'), kpis: namesOf('kpi') });
    for (const ofKind of definitions.values())
      this.problems.push(...findUnplanned(plan, ofKind.values()));
    return plan;
  }

  #readFile(file: DefinitionFile): void {
    const { content } = file;
    if (content === undefined || content === null) return;
    const spot = new Spot(file, [], this.problems);
    if (typeof content !== 'object' || Array.isArray(content)) {
      spot.error('DEFINITION_VALUE', `must be a map with the keys ${TOP_KEYS.join(', ')}`);
      return;
    }
    if (isShortForm(content as Readonly<Record<string, unknown>>)) {
      this.#plan.add('events', content, spot);
      return;
    }
    for (const [key, value] of Object.entries(content)) {
      const kind = KINDS.find((kind) => kind.key === key);
      const at = spot.at(key);
      if (kind !== undefined) this.#readKind(kind, value, at);
      else if (isPlanKey(key)) this.#plan.add(key, value, at);
      else if (key === 'version') readShape(VERSION, value, at);
      else {
        const message = `is not known; there are ${TOP_KEYS.join(', ')}`;
        at.error('DEFINITION_KEY_UNKNOWN', message, suggest(key, TOP_KEYS));
      }
    }
  }

  #readKind(kind: Kind, value: unknown, spot: Spot): void {
    if (value === null) return;
    if (typeof value !== 'object' || value === undefined) {
      spot.error(
        'DEFINITION_VALUE',
        'must be a list of entries with an id, or a map of them by id',
      );
      return;
    }
    const entries = Object.entries(value as Readonly<Record<string, unknown>>);
    for (const [key, words] of entries) {
      const at = spot.at(Array.isArray(value) ? Number(key) : key);
      if (typeof words !== 'object' || words === null || Array.isArray(words)) {
        at.error('DEFINITION_VALUE', 'must be a map of keys');
        continue;
      }
      const { id = Array.isArray(value) ? undefined : key, ...rest } = words as {
        readonly id?: unknown;
      };
      this.#readEntry(kind, id, rest, at);
    }
  }

  #readEntry(kind: Kind, id: unknown, words: Readonly<Record<string, unknown>>, spot: Spot): void {
    if (typeof id !== 'string' || !ID.test(id)) {
      const rule = 'a letter, then letters, digits, _ . or -, 100 at most';
      spot.error('DEFINITION_VALUE', `must have an id: ${rule}`);
      return;
    }
    if (++this.#count > MOST_DEFINITIONS) {
      if (this.#count === MOST_DEFINITIONS + 1)
        spot.error(
          'DEFINITION_FILE',
          `is more than the ${MOST_DEFINITIONS} definitions there may be`,
        );
      return;
    }
    const pending = this.#pending.get(kind.kind) ?? new Map<string, Pending>();
    this.#pending.set(kind.kind, pending);
    const earlier = pending.get(id);
    const { place } = spot;
    if (earlier !== undefined) {
      const { file, line } = earlier.place;
      const message = `has the id "${id}" of the ${kind.kind} in ${file}, line ${line}; give it another`;
      spot.error('DEFINITION_DUPLICATE', message);
    }
    const finish = kind.read({ id, words, spot });
    if (earlier === undefined) pending.set(id, { place, id, finish });
  }
}
