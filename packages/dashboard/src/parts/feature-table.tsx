/** The table of features: one row each, any column to order by. */
import type { FeatureRow } from '@heartwood/api/contract';
import { type ReactNode, memo, useRef, useState } from 'react';
import { Spark } from '../charts/spark.tsx';
import { DEFINITIONS, explain } from '../definitions.ts';
import {
  formatAge,
  formatCount,
  formatExactCount,
  formatMoment,
  formatMs,
  formatNumberOf,
  formatPercent,
  formatScore,
  toLabel,
  toTooltip,
} from '../format.ts';
import type { Navigation } from '../navigation.ts';
import { type Sort, type SortKey, keepOrder, nextSort, sortRows } from '../sort.ts';
import { Name } from './name.tsx';
import { TierMark } from './marks.tsx';
import { Value } from './value.tsx';

interface FeatureTableProps {
  readonly rows: readonly FeatureRow[];
  readonly navigation: Navigation;
  /** False for buckets of the trend to which more may come. */
  readonly trendComplete: readonly boolean[];
  readonly nowMs: number;
}

/** Rows drawn at first; drawing thousands would make typing in the search slow. */
const FIRST_ROWS = 200;

/** Sortable by its heads; does not reorder under the pointer. */
export function FeatureTable({
  rows,
  navigation,
  trendComplete,
  nowMs,
}: FeatureTableProps): ReactNode {
  const { view, go, href } = navigation;
  const [shown, setShown] = useState(FIRST_ROWS);
  const hovered = useRef(false);
  const order = useRef<{ sort: Sort; names: readonly string[] }>(undefined);

  const frozen = hovered.current && order.current?.sort === view.sort;
  const sorted = frozen
    ? keepOrder(sortRows(rows, view.sort), order.current?.names ?? [])
    : sortRows(rows, view.sort);
  order.current = { sort: view.sort, names: sorted.map(({ feature }) => feature) };
  const mostRuns = Math.max(1, ...rows.map(({ runs }) => runs));
  const head = (key: SortKey): ReactNode => (
    <Head sort={view.sort} column={key} onSort={(sort) => go({ sort })} />
  );

  return (
    <>
      <div className="scroll" tabIndex={0} role="region" aria-label="Features">
        <table className="features">
          <thead>
            <tr>
              {head('feature')}
              {head('category')}
              {head('runs')}
              {head('users')}
              {head('sessions')}
              {head('successRate')}
              {head('p50Ms')}
              {head('p95Ms')}
              {head('p99Ms')}
              {head('efficiency')}
              {head('tier')}
              <th scope="col" title={DEFINITIONS.trend.meaning}>
                {DEFINITIONS.trend.label}
              </th>
              {head('lastSeen')}
            </tr>
          </thead>
          <tbody
            onPointerEnter={() => {
              hovered.current = true;
            }}
            onPointerLeave={() => {
              hovered.current = false;
            }}
          >
            {sorted.slice(0, shown).map((row) => (
              <Row
                key={row.feature}
                row={row}
                href={href({ page: { kind: 'feature', name: row.feature }, search: '' })}
                share={row.runs / mostRuns}
                trendComplete={trendComplete}
                age={row.lastSeen === null ? '–' : formatAge(row.lastSeen, nowMs)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {sorted.length > shown && (
        <button type="button" className="more" onClick={() => setShown(sorted.length)}>
          Show all {formatExactCount(sorted.length)} rows
        </button>
      )}
    </>
  );
}

interface HeadProps {
  readonly sort: Sort;
  readonly column: SortKey;
  readonly onSort: (sort: Sort) => void;
}

const TEXT_COLUMNS: readonly SortKey[] = ['feature', 'category', 'tier'];
/** Their heads stand above the digits, not above the unit. */
const UNIT_COLUMNS: readonly SortKey[] = ['p50Ms', 'p95Ms', 'p99Ms'];

function Head({ sort, column, onSort }: HeadProps): ReactNode {
  const active = sort.key === column;
  return (
    <th
      scope="col"
      className={classOf(column)}
      aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        title={DEFINITIONS[column].meaning}
        onClick={() => onSort(nextSort(sort, column))}
      >
        {DEFINITIONS[column].label}
        <span className="arrow" aria-hidden="true">
          {active ? (sort.descending ? '↓' : '↑') : ''}
        </span>
      </button>
    </th>
  );
}

function classOf(column: SortKey): string | undefined {
  if (TEXT_COLUMNS.includes(column)) return undefined;
  return UNIT_COLUMNS.includes(column) ? 'num unit' : 'num';
}

interface RowProps {
  readonly row: FeatureRow;
  readonly href: string;
  /** Runs as a share of those of the busiest feature. */
  readonly share: number;
  readonly trendComplete: readonly boolean[];
  readonly age: string;
}

const Row = memo(function Row({ row, href, share, trendComplete, age }: RowProps): ReactNode {
  const basis = `From ${formatNumberOf(row.runs, 'run')}.`;
  const failures = row.runs - row.success;
  return (
    <tr>
      <th scope="row" className="name">
        <a href={href} title={toTooltip(row.feature)}>
          <Name text={row.feature} />
        </a>
      </th>
      <td className="word clip">
        {row.category === null ? '–' : <Name text={toLabel(row.category)} />}
      </td>
      <td className="num runs">
        <i className="share" style={{ width: `${String(Math.max(1, share * 100))}%` }} />
        <Value shown={formatCount(row.runs)} title={explain('runs', '', row.runs)} />
      </td>
      <td className="num">
        <Value shown={formatCount(row.users)} title={explain('users', basis, row.users)} />
      </td>
      <td className="num">
        <Value shown={formatCount(row.sessions)} title={explain('sessions', basis, row.sessions)} />
      </td>
      <td className={`num rate ${toneOf(row.successRate)}`}>
        <Value
          shown={formatPercent(row.successRate)}
          title={explain(
            'successRate',
            `${formatExactCount(row.success)} of ${formatNumberOf(row.runs, 'run')}, ${formatExactCount(failures)} did not (failed ${String(row.failed)}, timeout ${String(row.timeout)}, partial ${String(row.partial)}, cancelled ${String(row.cancelled)}).`,
            row.successRate,
          )}
        />
      </td>
      {(['p50Ms', 'p95Ms', 'p99Ms'] as const).map((key) => (
        <td key={key} className="num">
          <Value shown={formatMs(row[key])} title={explain(key, basis, row[key])} />
        </td>
      ))}
      <td className="num">
        <Value
          shown={formatScore(row.efficiency)}
          title={explain('efficiency', basis, row.efficiency)}
        />
      </td>
      <td className="word clip">{row.tier === null ? '–' : <TierMark tier={row.tier} />}</td>
      <td className="trend">
        {row.trend !== undefined && (
          <Spark
            values={row.trend}
            complete={trendComplete}
            label={`Runs, at most ${formatExactCount(Math.max(0, ...row.trend))} a bucket`}
          />
        )}
      </td>
      <td
        className="num age"
        title={row.lastSeen === null ? undefined : formatMoment(row.lastSeen)}
      >
        {age}
      </td>
    </tr>
  );
});

/** Success rates that ask for attention stand out. */
function toneOf(rate: number | null): string {
  if (rate === null || rate >= 0.99) return '';
  return rate >= 0.95 ? 'warn' : 'bad';
}
