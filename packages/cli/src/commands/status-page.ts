/** The page of `monitor status`: parts under headings, as many of them as a window has room for. */
import type { Size } from '../live/frame.ts';
import { drawSpark } from '../render/chart.ts';
import { clean } from '../render/clean.ts';
import { showAmount, showBytes, showCount, showDuration, showSpan } from '../render/number.ts';
import { drawOperationBlocks } from '../render/operation-block.ts';
import { paint, type Tone, type View } from '../render/style.ts';
import { localTimeZone, showTime } from '../render/time.ts';
import { pad } from '../render/width.ts';
import type { StatusFacts } from './status-facts.ts';

/** How the page stands to the server. */
export interface Standing {
  /** Since when nothing was heard, by the clock of `performance`; undefined while all is well. */
  readonly goneMs: number | undefined;
  /** Why not. */
  readonly reason: string;
}

interface Part {
  readonly title: string;
  readonly lines: readonly string[];
  /** What matters of it most, for a low window. */
  readonly short: readonly string[];
}

/** Lines of the page; `rows` may be infinite. The last is the footer, where there is one. */
export function drawStatus(
  facts: StatusFacts,
  { goneMs, reason }: Standing,
  footer: string | undefined,
  size: Size,
  view: View,
): string[] {
  const clock = showTime(facts.at, localTimeZone(), 'second');
  const title = `${paint(view, 'title', 'Heartwood status')}  ${paint(view, 'quiet', clock)}`;
  const gone =
    goneMs === undefined
      ? []
      : [
          paint(
            view,
            'bad',
            `No answer for ${showSpan(performance.now() - goneMs)}: ${clean(reason)} This is how it was.`,
          ),
        ];
  const foot = footer === undefined ? [] : [paint(view, 'quiet', footer)];
  const room = size.rows - 2 - gone.length - foot.length;
  const parts = [
    connectionOf(facts, goneMs !== undefined, view),
    dataOf(facts, view),
    activityOf(facts, size.columns, view),
    errorsOf(facts, view),
  ] as const;
  return [title, ...gone, ...fitParts(parts, room, view), ...foot];
}

/** First the empty lines go, then what is less of each part, then the ends. */
function fitParts(parts: readonly [Part, Part, Part, Part], room: number, view: View): string[] {
  const headed = ({ title, lines }: Part): string[] => [paint(view, 'title', title), ...lines];
  const spaced = [...parts.flatMap((part) => ['', ...headed(part)]), ''];
  const [connection, data, activity, errors] = parts;
  const ways = [
    spaced,
    parts.flatMap(headed),
    [connection, activity, errors].flatMap(headed),
    [...connection.short, ...data.short, ...headed(activity), ...headed(errors)],
    [...connection.short, ...headed(activity), ...errors.short],
    [...connection.short, ...activity.short, ...errors.short],
  ];
  return ways.find(({ length }) => length <= room) ?? (ways.at(-1) ?? []).slice(0, room);
}

function connectionOf(
  { at, connection: { api, database, version } }: StatusFacts,
  isGone: boolean,
  view: View,
): Part {
  const server = version === null ? '' : ` (version ${clean(version)})`;
  const where = `${clean(api.url)}${server}, answered in ${showDuration(api.latencyMs)}`;
  const databaseWord = isGone ? 'not known' : database.available ? 'available' : 'not available';
  const databaseTone = isGone ? 'quiet' : database.available ? 'good' : 'bad';
  return {
    title: 'Connection Status',
    short: [`API ${isGone ? 'gone' : 'connected'}, database ${databaseWord}`],
    lines: [
      isGone
        ? fact('API', 'gone', 'bad', clean(api.url), view)
        : fact('API', 'connected', 'good', where, view),
      fact(
        'Database',
        databaseWord,
        databaseTone,
        isGone ? '' : clean(database.problem ?? ''),
        view,
      ),
      fact('Last check', showTime(at, localTimeZone(), 'second'), undefined, '', view),
    ],
  };
}

function dataOf({ at, data }: StatusFacts, view: View): Part {
  const title = 'Data Summary';
  if (data.problem !== null) return unknown(title, data.problem, view);
  const { runs, features, services, spans, logs, lastReceived, sizeBytes, archiveBytes } = data;
  const of = `${showAmount(features, 'feature')}, ${showAmount(services, 'service')}`;
  const archive = archiveBytes === 0 ? '' : `and ${showBytes(archiveBytes)} of archive`;
  const newest =
    lastReceived === null
      ? 'nothing came yet'
      : `the last came ${showSpan(Date.parse(at) - Date.parse(lastReceived))} before`;
  return {
    title,
    short: [`${showCount(runs)} runs of ${of}`],
    lines: [
      fact('Runs', showCount(runs), undefined, `of ${of}`, view),
      fact(
        'Received',
        `${showAmount(spans, 'span')}, ${showAmount(logs, 'log record')}`,
        undefined,
        newest,
        view,
      ),
      fact('Database', showBytes(sizeBytes), undefined, archive, view),
    ],
  };
}

function activityOf({ activity, runs }: StatusFacts, columns: number, view: View): Part {
  const title = 'Recent Activity';
  const lines: string[] = [];
  if (runs.problem === null) {
    const failed = runs.failed === 0 ? '' : `, ${showCount(runs.failed)} failed`;
    const spark = drawSpark(runs.spark, SPARK_COLUMNS, view.symbols);
    const text = `${showAmount(runs.runs, 'run')}${failed} in the last hour`;
    lines.push(`  ${text}${runs.runs === 0 ? '' : `  ${paint(view, 'link', spark)}`}`);
  }
  if (activity.problem !== null) {
    const part = unknown(title, activity.problem, view);
    return { ...part, lines: [...part.lines, ...lines] };
  }
  const { operations, live } = activity;
  const underWay = live.running + live.paused + live.lost;
  const others = underWay - operations.filter(({ state }) => state !== 'ended').length;
  const draw = (rows: number): string[] =>
    drawOperationBlocks(operations, { columns: columns - 2, rows }, view, {
      healthyWord: 'in progress',
      others: Math.max(0, others),
    }).map((line) => `  ${line}`);
  const none = operations.length === 0 ? ['  No operation in the last 7 days'] : [];
  const heading = `${title}${liveOf(live)}`;
  return {
    title: heading,
    lines: [...draw(2 * STATUS_OPERATIONS + 1), ...none, ...lines],
    short: [paint(view, 'title', heading), ...draw(2), ...none],
  };
}

/** Operations that are shown, in two lines each. */
export const STATUS_OPERATIONS = 4;
const SPARK_COLUMNS = 24;

type Live = Extract<StatusFacts['activity'], { problem: null }>['live'];

function liveOf({ running, paused, slow, stalled, lost }: Live): string {
  const counts = { 'in progress': running, lost, stalled, slow, paused };
  const words = Object.entries(counts)
    .filter(([word, n]) => n > 0 || (word === 'in progress' && paused > 0))
    .map(([word, n]) => `${showCount(n)} ${word}`);
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function errorsOf({ errors }: StatusFacts, view: View): Part {
  const title = 'Recent Errors';
  if (errors.problem !== null) return unknown(title, errors.problem, view);
  const { occurrences, categories, spark } = errors;
  const line =
    occurrences === 0 ? '' : paint(view, 'bad', drawSpark(spark, SPARK_COLUMNS, view.symbols));
  const rows = categories
    .slice(0, 3)
    .filter(() => occurrences > 0)
    .map(({ label, occurrences, topTitle }) =>
      fact(
        clean(label),
        showCount(occurrences),
        occurrences > 0 ? 'bad' : undefined,
        topTitle === null ? '' : clean(topTitle),
        view,
      ),
    );
  const all = `${showCount(occurrences)} in last hour`;
  const heading = `${title}: ${all}${line === '' ? '' : `  ${line}`}`;
  return { title: heading, lines: rows, short: [paint(view, 'title', heading)] };
}

function unknown(title: string, problem: string, view: View): Part {
  const text = paint(view, 'bad', `not known: ${clean(problem)}`);
  return { title, lines: [`  ${text}`], short: [`${title} ${text}`] };
}

/** A label, what holds, and what belongs to it. */
function fact(
  label: string,
  value: string,
  tone: Tone | undefined,
  rest: string,
  view: View,
): string {
  const name = paint(view, 'quiet', pad(label, LABEL_WIDTH, 'left'));
  const more = rest === '' ? '' : `  ${paint(view, 'quiet', rest)}`;
  return `  ${name}  ${paint(view, tone, value)}${more}`;
}

const LABEL_WIDTH = 'Database Errors'.length;
