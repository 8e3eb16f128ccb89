/** What definitions say once they are read: goals, measures, KPIs, and what was wrong with files. */
import type { TrackingPlan } from '@heartwood/semconv';
import type { Aggregate, EventSelector } from '@heartwood/store';
import type { Basis } from '../basis/basis.ts';
import type { Expression } from '../formula-parser.ts';
import type { Interval } from '../interval.ts';
import type { QualityCheck } from '../quality/finding.ts';
import type { Spot } from './spot.ts';
import type { Place, Problem } from './problem.ts';
import type { Definition } from './definition.ts';
import type {
  FunnelDefinition,
  RetentionDefinition,
  AdoptionDefinition,
} from './rule-definition.ts';

/** Something to be reached, to which KPIs belong. */
export interface GoalDefinition extends Definition {
  readonly kind: 'goal';
}

/** A number made of runs or events. */
export interface MeasureDefinition extends Definition {
  readonly kind: 'measure';
  readonly aggregate: Aggregate;
  /** A run or event that several of them match is taken once. */
  readonly of: readonly EventSelector[];
}

/** What a KPI is to reach from a day on: `from` is a date of the project's zone or an instant, null is always. */
export interface KpiTarget {
  readonly from: string | null;
  readonly target: number;
  /** Between this and the target it is at risk; null for no such range. */
  readonly warn: number | null;
}

/** How the value of a KPI is made. */
export type KpiFormula =
  | { readonly type: 'simple'; readonly measure: string }
  | { readonly type: 'ratio'; readonly numerator: string; readonly denominator: string }
  /** One part under '', or parts with names. */
  | { readonly type: 'derived'; readonly parts: ReadonlyMap<string, Expression> }
  /** One number of another definition. */
  | {
      readonly type: 'conversion' | 'retention' | 'adoption' | 'heart';
      /** Id of the definition. */
      readonly of: string;
      readonly basis: Basis;
    };

/** A number with a target. */
export interface KpiDefinition extends Definition {
  readonly kind: 'kpi';
  /** Id of its goal. */
  readonly goal: string | null;
  readonly formula: KpiFormula;
  /** All measures of the formula by the name it has for them; an event's name stands for its count. None on a basis. */
  readonly measures: ReadonlyMap<string, MeasureDefinition>;
  readonly window:
    | { readonly kind: 'rolling'; readonly ms: number }
    | { readonly kind: 'calendar'; readonly period: 'day' | 'week' | 'month' };
  readonly grain: Interval;
  /** Which way is better. */
  readonly direction: 'up' | 'down';
  /** By part of the formula, '' where it has one; rising by `from`, empty for no target. */
  readonly targets: ReadonlyMap<string, readonly KpiTarget[]>;
  /** Where progress to the target starts; null for 0. */
  readonly baseline: number | null;
  /** A sample below this says nothing about the target. */
  readonly minSample: number;
  readonly format: 'number' | 'percent' | 'duration' | 'bytes';
  /** Value of a bucket in which nothing happened. */
  readonly fillEmpty: 0 | null;
  /** Properties that it is worth splitting by, in the words of `by`. */
  readonly breakdowns: readonly string[];
}

/** The tracking plan of all files. */
export interface PlanDefinition {
  readonly plan: TrackingPlan;
  /** Differs whenever a word of the plan does. */
  readonly digest: string;
  /** As one document. */
  readonly written: unknown;
  readonly place: Place;
  /** Where each of its events stands. */
  readonly spots: ReadonlyMap<string, Spot>;
}

/** What a check of data quality is told, about all or about one thing. */
export interface QualityDefinition extends Definition {
  readonly kind: 'quality';
  readonly check: QualityCheck;
  /** Null for all that it looks at. */
  readonly subject: string | null;
  /** Durations in milliseconds. */
  readonly options: Readonly<Record<string, number>>;
  readonly enabled: boolean;
}

/** Letters of HEART, in their order. */
export const HEART_LETTERS = [
  'happiness',
  'engagement',
  'adoption',
  'retention',
  'taskSuccess',
] as const;
/** Name of one. */
export type HeartLetter = (typeof HEART_LETTERS)[number];

/** What is wanted, by what it shows, and the number that is made of that. */
export interface LetterDefinition {
  readonly goal: string;
  readonly signal: string;
  readonly basis: Basis;
}

/** How people fare with some features, by the letters that are defined. */
export interface HeartDefinition extends Definition {
  readonly kind: 'heart';
  readonly features: readonly string[];
  readonly letters: ReadonlyMap<HeartLetter, LetterDefinition>;
}

/** All definitions, valid together; the running one is replaced as a whole. */
export interface DefinitionSet {
  /** Differs whenever a file does. */
  readonly digest: string;
  readonly loadedAtMs: number;
  readonly goals: ReadonlyMap<string, GoalDefinition>;
  readonly measures: ReadonlyMap<string, MeasureDefinition>;
  readonly kpis: ReadonlyMap<string, KpiDefinition>;
  readonly retention: ReadonlyMap<string, RetentionDefinition>;
  readonly funnels: ReadonlyMap<string, FunnelDefinition>;
  readonly adoptions: ReadonlyMap<string, AdoptionDefinition>;
  /** All of these, of whatever kind. */
  readonly all: readonly Definition[];
  readonly quality: ReadonlyMap<string, QualityDefinition>;
  /** Null where no file has a part of it: nothing is checked then. */
  readonly plan: PlanDefinition | null;
  readonly hearts: ReadonlyMap<string, HeartDefinition>;
  readonly warnings: readonly Problem[];
}

/** A set, or everything that is wrong with it. */
export type Loaded =
  | { readonly ok: true; readonly set: DefinitionSet }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The definitions in force, and how their files stand. */
export interface DefinitionState {
  /** Null where they come from no folder. */
  readonly folder: string | null;
  readonly set: DefinitionSet;
  /** What is wrong with the files as they are; where there are errors, the set is that of before. */
  readonly problems: readonly Problem[];
  /** When the files were last read, for better or worse. */
  readonly readAtMs: number;
}
