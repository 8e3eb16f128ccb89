/** Columns of runs to learn from: what each means, and when it was known. */
import {
  EFFICIENT_FROM,
  FEATURE_STATUSES,
  PERFORMANCE_TIERS,
  TRAINING_LABELS,
} from '@heartwood/semconv';
import type { QueryRow } from '@heartwood/store';

/** Name of a column. */
type Name = Exclude<keyof QueryRow<'training/rows'>, 'start' | 'seq'>;

/** One column, for people and programs. */
export interface TrainingColumn {
  readonly name: Name;
  readonly type: 'text' | 'integer' | 'number' | 'boolean';
  /** Unit of a number; null where it has none. */
  readonly unit: string | null;
  readonly nullable: boolean;
  /**
   * `before`: known when the run began, so it may be learned from. `after`: known only at its end, so what is to be foretold
   * must not be told from it. `label`: what may be foretold. `row`: about the row itself.
   */
  readonly known: 'row' | 'before' | 'after' | 'label';
  readonly meaning: string;
  /** Values that it may have; null where that is not a short list. */
  readonly values: readonly string[] | null;
}

/** Label of a column, without `label_`; undefined for any other. */
export const labelOf = ({ name, known }: TrainingColumn): string | undefined =>
  known === 'label' ? name.slice(LABEL_PREFIX.length) : undefined;

const LABEL_PREFIX = 'label_';

/** Rules of the labels, with their versions. */
export const LABEL_RULES: readonly {
  readonly label: string;
  readonly version: number;
  readonly rule: string;
}[] = [
  ...Object.entries(TRAINING_LABELS).map(([label, { version, rule }]) => ({
    label,
    version,
    rule,
  })),
  {
    label: 'efficiency_high',
    version: 1,
    rule: `true when the efficiency is at least ${String(EFFICIENT_FROM)}, null for a run without one.`,
  },
];

/** Changes with any rule: part of the hash of each run. */
export const RULES_VERSION: string = LABEL_RULES.map(
  ({ label, version }) => `${label}@${String(version)}`,
).join(' ');

type Facts = Pick<TrainingColumn, 'known' | 'meaning'> &
  Partial<Pick<TrainingColumn, 'unit' | 'nullable' | 'values'>>;

const column =
  (type: TrainingColumn['type']) =>
  (
    name: Name,
    { unit = null, nullable = false, values = null, ...facts }: Facts,
  ): TrainingColumn => ({
    name,
    type,
    unit,
    nullable,
    values,
    ...facts,
  });
const text = column('text');
const integer = column('integer');
const number = column('number');
const boolean = column('boolean');

const labels = Object.entries(TRAINING_LABELS).map(([label, { rule, words }]) =>
  (words === undefined ? boolean : text)(`${LABEL_PREFIX}${label}` as Name, {
    known: 'label',
    nullable: true,
    meaning: rule,
    values: words ?? null,
  }),
);

/** All columns, in the order of the file. */
export const TRAINING_COLUMNS: readonly TrainingColumn[] = [
  text('run_hash', {
    known: 'row',
    meaning:
      'SHA-256 of the ids of the run and the versions of the rules: the same run has the same one in every file of these rules.',
  }),
  text('time_bucket', { known: 'row', meaning: 'The hour in which the run began, UTC.' }),
  text('split', {
    known: 'row',
    meaning: 'The part that the run belongs to by its start.',
    values: ['train', 'validation', 'test'],
  }),
  text('feature', { known: 'before', meaning: 'The feature.' }),
  text('category', { known: 'before', nullable: true, meaning: 'Its category.' }),
  text('component', { known: 'before', nullable: true, meaning: 'The component it belongs to.' }),
  text('service', { known: 'before', nullable: true, meaning: 'The service that ran it.' }),
  text('version', {
    known: 'before',
    nullable: true,
    meaning: 'The version of the feature or the app.',
  }),
  integer('hour_of_day', {
    known: 'before',
    unit: 'h',
    meaning: 'Hour of the start, 0 to 23, UTC.',
  }),
  integer('weekday', { known: 'before', meaning: 'Day of the start, 1 Monday to 7 Sunday, UTC.' }),
  integer('input_size', {
    known: 'before',
    unit: 'By',
    meaning: 'Size of the input; 0 where none was told.',
  }),
  integer('runs_of_feature_before_1h', {
    known: 'before',
    unit: 'runs',
    meaning: 'Runs of the feature that ended within the hour before the start.',
  }),
  integer('runs_of_feature_before_24h', {
    known: 'before',
    unit: 'runs',
    meaning: 'Runs of the feature that ended within the 24 hours before the start.',
  }),
  number('failed_share_before_24h', {
    known: 'before',
    nullable: true,
    meaning: 'Share of these that failed or ran out of time; null where there were none.',
  }),
  text('status', {
    known: 'after',
    nullable: true,
    meaning: 'How it ended.',
    values: FEATURE_STATUSES,
  }),
  number('duration_ms', {
    known: 'after',
    unit: 'ms',
    nullable: true,
    meaning: 'How long it took; null where its end lies before its start.',
  }),
  text('tier', {
    known: 'after',
    nullable: true,
    meaning: 'Tier of its duration.',
    values: PERFORMANCE_TIERS,
  }),
  integer('iterations', { known: 'after', meaning: 'Iterations that it told.' }),
  integer('output_size', {
    known: 'after',
    unit: 'By',
    meaning: 'Size of the output; 0 where none was told.',
  }),
  number('efficiency', {
    known: 'after',
    nullable: true,
    meaning: 'Efficiency score, 0 to 1; null where there is none.',
  }),
  ...labels,
  boolean('label_efficiency_high', {
    known: 'label',
    nullable: true,
    meaning: LABEL_RULES.at(-1)?.rule ?? '',
  }),
  text('label_source', {
    known: 'row',
    meaning:
      'Where the first two labels come from: `app`, sent with the run; `rule`, made here by the same rules.',
    values: ['app', 'rule'],
  }),
];
