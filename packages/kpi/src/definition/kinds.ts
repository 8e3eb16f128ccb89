/** What definitions say once they are read: goals, measures, KPIs, and what was wrong with files. */
import type { TrackingPlan } from '@heartwood/semconv';
import type { Aggregate, EventSelector, Property } from '@heartwood/store';
import type { Basis } from '../basis/basis.ts';
import type { Expression } from '../formula-parser.ts';
import type { AdoptionRule } from '../adoption-rule.ts';
import type { FunnelRule } from '../funnel-rule.ts';
import type { Interval } from '../interval.ts';
import type { QualityCheck } from '../quality/finding.ts';
import type { RetentionRule } from '../retention-rule.ts';
import type { Spot } from './spot.ts';

/** Where something stands; line 0 where there are no lines, as in the body of a request. */
export interface Place {
  readonly file: string;
  readonly line: number;
  /** Keys from the top of the file, such as `kpis[0].target`; empty for the file itself. */
  readonly path: string;
}

/** What kind of problem it is. */
export type ProblemCode =
  | 'DEFINITION_FILE'
  | 'DEFINITION_SYNTAX'
  | 'DEFINITION_KEY_UNKNOWN'
  | 'DEFINITION_VALUE'
  | 'DEFINITION_DUPLICATE'
  | 'DEFINITION_REFERENCE'
  | 'DEFINITION_REVISION'
  | 'PLAN_INVALID'
  | 'PLAN_LINT'
  | 'FUNNEL_STEPS'
  | 'FUNNEL_STEPS_OVERLAP'
  | 'FUNNEL_OPTIONAL'
  | 'FUNNEL_EXCLUSION';

/** One thing that is wrong with definitions. */
export interface Problem {
  readonly place: Place;
  /** A set with errors is not taken; one with warnings is. */
  readonly severity: 'error' | 'warning';
  readonly code: ProblemCode;
  /** Names the value by its path, says what is wrong and what would be right. */
  readonly message: string;
  /** Known words that are close to a wrong one, nearest first. */
  readonly suggestions: readonly string[];
}

/** What every definition has. */
export interface Definition {
  readonly kind: string;
  /** Unique among those of its kind, in all files; never changes. */
  readonly id: string;
  readonly title: string;
  readonly owner?: string | undefined;
  /** Goes up when the meaning of its numbers changes; from 1. */
  readonly revision: number;
  /** Differs whenever the meaning of its numbers may, that of what it is made of included. */
  readonly digest: string;
  readonly place: Place;
  /** As the file has it. */
  readonly written: unknown;
}

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
  /** Runs or events below which nothing is said about the target. */
  readonly minSample: number;
  readonly format: 'number' | 'percent' | 'duration' | 'bytes';
  /** Value of a bucket in which nothing happened. */
  readonly fillEmpty: 0 | null;
  /** Properties that it is worth splitting by, in the words of `by`. */
  readonly breakdowns: readonly string[];
}

/** How far units get through steps. */
export interface FunnelDefinition extends Definition {
  readonly kind: 'funnel';
  readonly rule: FunnelRule;
  /** By what it is split unless a question says otherwise. */
  readonly breakdown: Property | null;
}

/** How many of those who start return. */
export interface RetentionDefinition extends Definition {
  readonly kind: 'retention';
  readonly rule: RetentionRule;
  /** By what it is split unless a question says otherwise. */
  readonly breakdown: Property | null;
}

/** What it means to adopt a feature. */
export interface AdoptionDefinition extends Definition {
  readonly kind: 'adoption';
  readonly feature: string;
  readonly rule: AdoptionRule;
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
