/** Who is counted in a number of stickiness, lifecycle or frequency. */
import type { ActivityCell, Answer, EligibleFacts, MemberRow, Reader } from '@heartwood/store';
import { toDayGrid } from './active-days.ts';
import { toActivityQuestion, type ActivityRequest, type Asking } from './activity.ts';
import { QuestionError } from './errors.ts';
import { createGrid } from './interval.ts';
import { toLifecycleGrid } from './lifecycle.ts';
import { bucketAt, groupNamed, type MemberPage } from './member.ts';
import { toWholeIntervals } from './stickiness.ts';
import type { Window } from './window.ts';

/** Which number of which answer. */
export type ActivityNumber =
  /** Stickiness: active in so many complete intervals, or in as many or more. */
  | { readonly kind: 'intervals'; readonly intervals: number; readonly isAtLeast: boolean }
  /** Stickiness: active in so many days that end with the one that starts so; 1 for DAU, 7 for WAU, 28 for MAU. */
  | { readonly kind: 'days'; readonly day: string; readonly days: number }
  | {
      readonly kind: 'lifecycle';
      readonly state: 'new' | 'returning' | 'resurrecting' | 'dormant';
      readonly start: string;
    }
  /** Frequency: with at least `from` and at most `to`; no end without. */
  | {
      readonly kind: 'frequency';
      readonly of: 'runs' | 'intervals';
      readonly from: number;
      readonly to?: number | undefined;
    };

/** A page of those that a number counts; `group` as the answer names it, where it is split. */
export async function readActivityMembers(
  reader: Reader,
  window: Window,
  request: ActivityRequest,
  number: ActivityNumber,
  { group, asOf, after, limit }: MemberPage & { readonly group?: string | undefined },
): Promise<Answer<MemberRow>> {
  const isSplit = request.by !== undefined && number.kind !== 'days';
  const place = { group: groupNamed(group, isSplit) };
  const ask = ({ asking, cell }: Place): Promise<Answer<MemberRow>> => {
    const question = toActivityQuestion(request, { ...asking, asOf });
    const output = { kind: 'members', cell: { ...cell, ...place }, after, limit } as const;
    return reader.ask({ ...question, output } as const, request);
  };
  const page = await ask(placeOf(window, request, number));
  if (number.kind !== 'intervals' || page.facts.removedBefore === null) return page;
  // The numbers are of intervals that are kept whole, and only an answer tells which these are.
  return ask(placeOf(window, request, number, page.facts));
}

interface Place {
  readonly asking: Omit<Asking, 'name' | 'asOf'>;
  readonly cell: Omit<ActivityCell, 'group'>;
}

function placeOf(
  window: Window,
  { interval }: ActivityRequest,
  number: ActivityNumber,
  facts?: Pick<EligibleFacts, 'removedBefore'>,
): Place {
  switch (number.kind) {
    case 'intervals': {
      const { whole, fromMs, toMs } = toWholeIntervals(window, interval, facts);
      if (fromMs === undefined || toMs === undefined)
        throw new QuestionError('MEMBER_NUMBER_MISSING', 'from', {
          what: 'a range with an interval that is complete',
        });
      const { intervals, isAtLeast } = number;
      const grid = createGrid({ ...window, fromMs, toMs }, interval);
      return {
        asking: { ...grid, fromMs, toMs, measure: { kind: 'spread' } },
        cell: {
          part: 'intervals',
          span: 0,
          from: intervals,
          to: isAtLeast ? whole.length : intervals,
        },
      };
    }
    case 'days': {
      const { grid, own, before, fromMs } = toDayGrid(window);
      const at = bucketAt(own, number.day, 'day') + before;
      const measure = { kind: 'trailing', spans: [number.days] } as const;
      return {
        asking: { ...grid, fromMs, toMs: window.toMs, measure },
        cell: { part: 'trailing', span: number.days, from: at, to: at },
      };
    }
    case 'lifecycle': {
      const { buckets, grid } = toLifecycleGrid(window, interval);
      const at = bucketAt(buckets, number.start, 'start') + 1;
      return {
        asking: { ...grid, fromMs: 0, toMs: window.toMs, measure: { kind: 'lifecycle' } },
        cell: { part: number.state, span: 0, from: at, to: at },
      };
    }
    case 'frequency': {
      const { fromMs, toMs } = window;
      const { of, from, to = Number.MAX_SAFE_INTEGER } = number;
      return {
        asking: { ...createGrid(window, interval), fromMs, toMs, measure: { kind: 'spread' } },
        cell: { part: of === 'runs' ? 'rows' : of, span: 0, from, to },
      };
    }
    default:
      return number satisfies never;
  }
}
