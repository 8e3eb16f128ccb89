/** Runs to learn from as a file: parts that follow each other in time, and nothing known before it was. */
import {
  ATTR_FEATURE_TRAINING_PREFIX,
  EFFICIENT_FROM,
  TRAINING_LABELS,
  TrainingLabel,
} from '@heartwood/semconv';
import type { ExportedFile, Exporter, ExportForm, Reader, ReadOptions } from '@heartwood/store';
import { QuestionError } from '../errors.ts';
import { msToInstant, msToNs, nsToInstant, nsToMs } from '../instant.ts';
import { checkNames } from '../name.ts';
import { suggest } from '../suggestion.ts';
import type { Window } from '../window.ts';
import {
  labelOf,
  LABEL_RULES,
  RULES_VERSION,
  TRAINING_COLUMNS,
  type TrainingColumn,
} from './columns.ts';

/** What is asked for. */
export interface TrainingRequest {
  readonly format: ExportForm['format'];
  /** Shares of training, validation and test, such as `0.8,0.1,0.1`. */
  readonly split: string;
  /** Only these labels; all without. */
  readonly labels?: readonly string[] | undefined;
  readonly feature?: string | undefined;
  readonly service?: string | undefined;
}

/** One part of the rows. */
interface TrainingPart {
  readonly split: 'train' | 'validation' | 'test';
  /** Its runs began from here on; null for a part without any. */
  readonly from: string | null;
  readonly to: string | null;
  readonly rows: number;
  /** Runs that end in a later part, or began too short before it. */
  readonly leftOut: number;
}

/** What a file holds. */
export interface TrainingSchema {
  readonly format: ExportForm['format'];
  readonly rows: number;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Only runs that arrived up to this number are in it. */
  readonly through: string;
  readonly split: readonly number[];
  readonly parts: readonly TrainingPart[];
  /** Length of the gap before a part in which no run of the part before begins. */
  readonly gapMs: number;
  readonly columns: readonly TrainingColumn[];
  readonly rules: typeof LABEL_RULES;
}

/** Writes the file. The caller removes it. */
export async function exportTraining(
  { reader, exporter }: { readonly reader: Reader; readonly exporter: Exporter },
  window: Window,
  request: TrainingRequest,
  options: ReadOptions,
): Promise<{ readonly file: ExportedFile; readonly schema: TrainingSchema }> {
  const { feature, service, format } = request;
  const split = parseSplit(request.split);
  const columns = pickColumns(request.labels);
  const range = { from: msToNs(window.fromMs), to: msToNs(window.toMs), feature, service };
  const historyFrom = range.from - 2n * DAY_NS;
  const [extent] = await reader.read('training/extent', { ...range, historyFrom }, options);
  const runs = extent?.runs ?? 0;
  if (extent === undefined || runs === 0) {
    await checkNames(reader, { feature, service }, options);
    const span = { from: msToInstant(window.fromMs), to: msToInstant(window.toMs) };
    throw new QuestionError('TRAINING_EMPTY', 'since', span);
  }
  if (runs > MOST_ROWS)
    throw new QuestionError('TRAINING_TOO_LARGE', 'since', { runs, limit: MOST_ROWS });
  const through = BigInt(extent.through);
  const edge = async (share: number): Promise<bigint> => {
    const offset = Math.round(runs * share);
    if (offset >= runs) return NEVER;
    const [row] = await reader.read('training/edge', { ...range, through, offset }, options);
    return row === undefined ? NEVER : BigInt(row.start);
  };
  const [train = 1, validation = 0] = split;
  const validationFrom = await edge(train);
  const testFrom = await edge(train + validation);
  const parted = { ...range, through, validationFrom, testFrom, gap: BigInt(extent.longestNs) };
  const file = await exporter.exportRows(
    'training/rows',
    { ...parted, ...RULES, historyFrom },
    { format, columns: columns.map(({ name }) => name), order: ['start', 'seq'] },
    options,
  );
  const counted = await reader.read('training/parts', parted, options);
  const edges = [range.from, validationFrom, testFrom, range.to];
  const parts = PARTS.map((name, index): TrainingPart => {
    const [from = NEVER, next = NEVER] = edges.slice(index);
    const to = next < range.to ? next : range.to;
    const { rows = 0, leftOut = 0 } = counted.find((row) => row.split === name) ?? {};
    const isAny = from < to;
    return {
      split: name,
      from: isAny ? nsToInstant(from) : null,
      to: isAny ? nsToInstant(to) : null,
      rows,
      leftOut,
    };
  });
  const { rows, sizeBytes, sha256 } = file;
  const gapMs = nsToMs(parted.gap);
  const facts = { format, rows, sizeBytes, sha256, through: String(through), split, parts, gapMs };
  return { file, schema: { ...facts, columns, rules: rulesOf(columns) } };
}

const PARTS = ['train', 'validation', 'test'] as const;
/** As JSON lines a row is 760 bytes: such a file is 1.5 GB. */
const MOST_ROWS = 2_000_000;
const HOUR_NS = 3_600_000_000_000n;
const DAY_NS = 24n * HOUR_NS;
/** Later than every run. */
const NEVER = 9_000_000_000_000_000_000n;

const wordsOf = (label: TrainingLabel): readonly string[] => TRAINING_LABELS[label].words ?? [];

const RULES = {
  longest: DAY_NS,
  hour: HOUR_NS,
  day: DAY_NS,
  prefix: ATTR_FEATURE_TRAINING_PREFIX,
  rules: RULES_VERSION,
  efficient: EFFICIENT_FROM,
  tiers: wordsOf(TrainingLabel.PERFORMANCE_TIER),
  qualities: wordsOf(TrainingLabel.DATA_QUALITY),
  complexities: wordsOf(TrainingLabel.COMPLEXITY_LEVEL),
  syncs: wordsOf(TrainingLabel.SYNC_EFFICIENCY),
  batches: wordsOf(TrainingLabel.BATCH_OPTIMIZATION),
};

function parseSplit(text: string): number[] {
  const shares = text.split(',').map((share) => (share.trim() === '' ? Number.NaN : Number(share)));
  const [train = 0] = shares;
  const sum = shares.reduce((all, share) => all + share, 0);
  const isValid =
    shares.length === PARTS.length &&
    shares.every((share) => share >= 0 && share <= 1) &&
    train > 0 &&
    Math.abs(sum - 1) < 1e-6;
  if (!isValid) throw new QuestionError('TRAINING_SPLIT_INVALID', 'split', { value: text });
  return shares;
}

/** The columns with these labels alone. */
export function pickColumns(labels: readonly string[] | undefined): TrainingColumn[] {
  const known = TRAINING_COLUMNS.flatMap((column) => labelOf(column) ?? []);
  for (const label of labels ?? [])
    if (!known.includes(label))
      throw new QuestionError(
        'TRAINING_LABEL_UNKNOWN',
        'labels',
        { value: label },
        suggest(label, known),
      );
  return TRAINING_COLUMNS.filter((column) => {
    const label = labelOf(column);
    return label === undefined || labels === undefined || labels.includes(label);
  });
}

/** The rules of the labels among these columns. */
export const rulesOf = (columns: readonly TrainingColumn[]): typeof LABEL_RULES =>
  LABEL_RULES.filter(({ label }) => columns.some((column) => labelOf(column) === label));
