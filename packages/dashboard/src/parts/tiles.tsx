/** The strip of the numbers that matter most, each with its change against the period before. */
import type { RunTotals } from '@heartwood/api/contract';
import type { ReactNode } from 'react';
import { DEFINITIONS, type DefinitionKey, explain } from '../definitions.ts';
import {
  type Change,
  type Shown,
  formatCount,
  formatMs,
  formatNumberOf,
  formatPercent,
  formatScore,
  pointChange,
  relativeChange,
  toText,
} from '../format.ts';
import { Value } from './value.tsx';

/** Numbers that the strip can show. */
type TileNumbers = Omit<RunTotals, 'features'> & { readonly features?: number };
type TileKey = Extract<keyof TileNumbers & DefinitionKey, string>;

interface TilesProps {
  readonly keys: readonly TileKey[];
  readonly now: TileNumbers;
  /** Undefined when there is no honest comparison. */
  readonly previous: TileNumbers | undefined;
}

interface Kind {
  readonly show: (value: number | null) => Shown;
  readonly change: (now: number | null, before: number | null) => Change | undefined;
  /** Which direction is good; undefined for numbers that are neither. */
  readonly good?: 'up' | 'down';
}

const COUNT: Kind = { show: formatCount, change: relativeChange };
const LATENCY: Kind = { show: formatMs, change: relativeChange, good: 'down' };
const KINDS: Readonly<Partial<Record<TileKey, Kind>>> = {
  successRate: { show: formatPercent, change: pointChange, good: 'up' },
  p50Ms: LATENCY,
  p95Ms: LATENCY,
  p99Ms: LATENCY,
  meanMs: LATENCY,
  efficiency: { show: formatScore, change: relativeChange, good: 'up' },
};

/** One tile a number. */
export function Tiles({ keys, now, previous }: TilesProps): ReactNode {
  return (
    <dl className="tiles">
      {keys.map((key) => {
        const { show, change, good } = KINDS[key] ?? COUNT;
        const value = now[key] ?? null;
        const before = previous?.[key] ?? null;
        const basis = `From ${formatNumberOf(now.runs, 'run')}.`;
        return (
          <div key={key} className="tile">
            <dt>{DEFINITIONS[key].label}</dt>
            <dd>
              <Value shown={show(value)} title={explain(key, basis, value)} />
              <Delta
                change={previous === undefined ? undefined : change(value, before)}
                good={good}
                before={toText(show(before))}
              />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

interface DeltaProps {
  readonly change: Change | undefined;
  readonly good: 'up' | 'down' | undefined;
  readonly before: string;
}

const ARROWS = { up: '▲', down: '▼', flat: '' };

function Delta({ change, good, before }: DeltaProps): ReactNode {
  if (change === undefined) return null;
  const { direction, text } = change;
  const tone =
    good === undefined || direction === 'flat' ? '' : direction === good ? 'good' : 'bad';
  return (
    <span className={`delta ${tone}`} title={`Period of the same length before: ${before}`}>
      {ARROWS[direction]} {text}
    </span>
  );
}
