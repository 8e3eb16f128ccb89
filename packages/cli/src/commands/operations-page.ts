/** Operations under way as a page that changes in place. */
import type { StreamEventOf } from '@heartwood/api/client';
import { clean } from '../render/clean.ts';
import { showCount, showSpan } from '../render/number.ts';
import { drawOperationBlocks } from '../render/operation-block.ts';
import { drawOperationEnd } from '../render/operation-line.ts';
import { paint, type View } from '../render/style.ts';
import { localTimeZone, showTime } from '../render/time.ts';
import type { Page } from '../live/screen.ts';

type Event = StreamEventOf<'/api/v1/operations/stream'>;
type Operation = Extract<Event, { event: 'operation' }>['data'][number];

/** Keeps what is under way, the worst first. */
export class OperationsPage {
  readonly #view: View;
  readonly #title: string;
  readonly #known = new Map<string, { readonly one: Operation; readonly atMs: number }>();
  readonly #seen = new Set<string>();
  #hasBegun = false;
  /** Lines of such stand above. */
  #hasEnded = false;
  /** By the clock of {@link performance}; undefined while the server is there. */
  #goneMs: number | undefined;

  /** `asked` says what of them is shown, in words. */
  constructor(view: View, asked: string) {
    this.#view = view;
    this.#title = `Operations under way${asked === '' ? '' : ` (${clean(asked)})`}`;
  }

  /** Operations so far. */
  get seen(): number {
    return this.#seen.size;
  }

  /** Takes what came, and gives the lines of what is over; `isUrgent` where the page is to show it at once. */
  take(event: Event): { readonly ended: readonly string[]; readonly isUrgent: boolean } {
    this.#goneMs = undefined;
    if (event.event === 'reset') {
      this.#known.clear();
      return { ended: [], isUrgent: false };
    }
    if (event.event === 'gone') {
      const ended = event.data.flatMap(({ id, outcome }) => {
        const known = this.#known.get(id);
        this.#known.delete(id);
        return known === undefined ? [] : [drawOperationEnd(known.one, outcome)];
      });
      this.#hasEnded ||= ended.length > 0;
      return { ended, isUrgent: true };
    }
    const isSnapshot = event.event === 'snapshot';
    if (isSnapshot) {
      this.#known.clear();
      this.#hasBegun = true;
    }
    let isUrgent = isSnapshot;
    for (const one of isSnapshot ? event.data.data : event.data) {
      const before = this.#known.get(one.id)?.one;
      isUrgent ||= before?.state !== one.state || before.health !== one.health;
      this.#known.set(one.id, { one, atMs: performance.now() });
      this.#seen.add(one.id);
    }
    return { ended: [], isUrgent };
  }

  /** The server is gone: what is known stays, and the page says so. */
  lose(): void {
    this.#goneMs ??= performance.now();
  }

  readonly draw: Page = ({ columns, rows }) => {
    const nowMs = performance.now();
    const operations = [...this.#known.values()]
      .toSorted((a, b) => worstFirst(a.one, b.one))
      .map(({ one, atMs }) => ageBy(one, this.#goneMs === undefined ? nowMs - atMs : 0));
    const clock = showTime(new Date().toISOString(), localTimeZone(), 'second').slice(CLOCK_AT);
    const head = [
      ...(this.#hasEnded ? [''] : []),
      `${paint(this.#view, 'title', this.#title)}  ${paint(this.#view, 'quiet', clock)}`,
      this.#count(operations, nowMs),
      '',
    ];
    const foot = ['', paint(this.#view, 'quiet', 'Press Ctrl+C to stop')];
    const room = rows - 1 - head.length - foot.length;
    // A low window has room for what matters alone.
    if (room < 2)
      return [
        head[this.#hasEnded ? 1 : 0] ?? '',
        ...this.#blocks(operations, columns, Math.max(1, rows - 2)),
      ];
    return [...head, ...this.#blocks(operations, columns, room), ...foot];
  };

  #blocks(operations: readonly Operation[], columns: number, rows: number): string[] {
    if (operations.length === 0)
      return [this.#hasBegun ? 'Nothing is under way.' : 'Waiting for the server.'];
    return drawOperationBlocks(operations, { columns, rows }, this.#view, {
      healthyWord: 'healthy',
      others: 0,
    });
  }

  #count(operations: readonly Operation[], nowMs: number): string {
    if (this.#goneMs !== undefined) {
      return paint(
        this.#view,
        'bad',
        `The server has been gone for ${showSpan(nowMs - this.#goneMs)}; this is how it was.`,
      );
    }
    if (operations.length === 0) return '';
    const counts = (['lost', 'stalled', 'slow', 'healthy'] as const).map((health) => ({
      health,
      n: operations.filter((one) => one.state !== 'paused' && one.health === health).length,
    }));
    const paused = operations.filter(({ state }) => state === 'paused').length;
    const parts = counts
      .filter(({ health, n }) => n > 0 || health === 'healthy')
      .map(({ health, n }) =>
        paint(this.#view, n > 0 ? TONES[health] : undefined, `${showCount(n)} ${health}`),
      );
    return [...parts, ...(paused > 0 ? [`${showCount(paused)} paused`] : [])].join(', ');
  }
}

/** Where the time begins behind the date. */
const CLOCK_AT = 'YYYY-MM-DD '.length;

const TONES = { lost: 'bad', stalled: 'bad', slow: 'middling', healthy: 'good' } as const;

/** Its clock goes on between what it says. */
const ageBy = (one: Operation, ms: number): Operation =>
  one.state === 'running' ? { ...one, activeMs: one.activeMs + ms } : one;

/** As the server sorts: the worst first, then those that began last. What is over comes behind. */
const worstFirst = (a: Operation, b: Operation): number =>
  rankOf(a) - rankOf(b) ||
  (a.startedAt === b.startedAt ? (a.id < b.id ? -1 : 1) : a.startedAt < b.startedAt ? 1 : -1);

const rankOf = ({ state, health }: Operation): number =>
  state === 'ended' ? RANKS.length : RANKS.indexOf(health);

const RANKS: readonly Operation['health'][] = ['lost', 'stalled', 'slow', 'healthy', null];
