/** `monitor operations`: how long work under way stands; a page that changes in place, or a line whenever that changes. */
import type { StreamEventOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { formatFlag } from '../global-flags.ts';
import { toTimerMs } from '../live/refresh.ts';
import { toJson } from '../render/json.ts';
import { showAmount } from '../render/number.ts';
import { drawOperationEnd, drawOperationLine } from '../render/operation-line.ts';
import { FollowNotes } from './follow-notes.ts';
import { OperationsPage } from './operations-page.ts';

type Event = StreamEventOf<'/api/v1/operations/stream'>;
type Operation = Extract<Event, { event: 'operation' }>['data'][number];

/** Words for how operations do. */
export const HEALTHS = ['healthy', 'slow', 'stalled', 'lost'] as const;

export const monitorOperations = defineCommand({
  examples: [
    ['heartwood monitor operations', 'all that is under way, as it changes'],
    ['heartwood monitor operations --feature import --refresh 1', 'one feature, more often'],
    ['heartwood monitor operations --health stalled', 'only what does not go on'],
    ['heartwood monitor operations --json', 'every change as a line of JSON'],
  ],
  flags: {
    format: formatFlag(['table', 'json', 'ndjson']),
    feature: { kind: 'text', value: 'NAME', doc: 'Only operations of this feature.' },
    health: {
      kind: 'choice',
      value: 'HEALTH',
      choices: HEALTHS,
      doc: `Only those that do so: ${HEALTHS.join(', ')}.`,
    },
    all: {
      kind: 'switch',
      doc: 'Also those that are over: for two minutes, and while a part of theirs is under way.',
    },
    refresh: {
      kind: 'count',
      value: 'SECONDS',
      doc: 'Progress is shown so often; what changes the state of an operation is shown at once. Default: 1 on a page, 5 where lines are written.',
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const { format } = output;
    const notes = new FollowNotes(output);
    const { feature, health, all, refresh } = flags;
    using screen = output.openScreen(signal);
    const asked = [feature, health].filter((word) => word !== undefined).join(', ');
    const page = new OperationsPage(output.view, asked);
    const lines = new Lines((refresh ?? 5) * 1000);
    const timer = setInterval(() => screen?.show(page.draw), toTimerMs(refresh ?? 1));
    try {
      const stream = client.follow('/api/v1/operations/stream', {
        query: {
          feature,
          health: health === undefined ? undefined : [health],
          state: all ? ['running', 'paused', 'lost', 'ended'] : undefined,
          limit: 1000,
        },
        signal,
        onState: (state) => {
          if (state === 'lost') page.lose();
          // A page says itself that it goes on.
          if (screen === undefined || state !== 'open') notes.note(state);
        },
      });
      for await (const event of stream) {
        notes.begin('', false);
        if (screen !== undefined) {
          const { ended, isUrgent } = page.take(event);
          screen.keep(ended);
          if (isUrgent) screen.show(page.draw);
          continue;
        }
        if (event.event === 'snapshot' && format === 'table' && event.data.data.length === 0)
          output.note('Nothing is under way.');
        const told =
          format === 'table'
            ? lines.of(event, (one) => drawOperationLine(one, output.view))
            : jsonOf(event);
        if (told.length > 0) await output.write(told.map((line) => `${line}\n`).join(''));
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearInterval(timer);
    }
    const seen = Math.max(lines.seen, page.seen);
    output.note(`${showAmount(seen, 'operation')} in ${notes.age}.`);
  },
});

/** Which changes are worth a line. */
class Lines {
  readonly #refreshMs: number;
  readonly #shown = new Map<string, { readonly one: Operation; readonly atMs: number }>();
  readonly #seen = new Set<string>();

  constructor(refreshMs: number) {
    this.#refreshMs = refreshMs;
  }

  /** Operations so far. */
  get seen(): number {
    return this.#seen.size;
  }

  of(event: Event, draw: (one: Operation) => string): string[] {
    if (event.event === 'snapshot') return this.#changed(event.data.data, draw);
    if (event.event === 'operation') return this.#changed(event.data, draw);
    if (event.event === 'reset') return [];
    return event.data.flatMap(({ id, outcome }) => {
      const known = this.#shown.get(id);
      this.#shown.delete(id);
      return known === undefined ? [] : [drawOperationEnd(known.one, outcome)];
    });
  }

  #changed(operations: readonly Operation[], draw: (one: Operation) => string): string[] {
    const nowMs = performance.now();
    return operations.flatMap((one) => {
      this.#seen.add(one.id);
      const known = this.#shown.get(one.id);
      const isSame =
        known?.one.state === one.state &&
        known.one.health === one.health &&
        nowMs - known.atMs < this.#refreshMs;
      this.#shown.set(one.id, { one, atMs: isSame ? known.atMs : nowMs });
      return isSame ? [] : [draw(one)];
    });
  }
}

/** One change a line. */
function jsonOf({ event, data }: Event): string[] {
  if (event === 'reset') return [toJson({ event })];
  const list = event === 'snapshot' ? data.data : data;
  const name = event === 'snapshot' ? 'operation' : event;
  return list.map((one) => toJson({ event: name, data: one }));
}
