/** `monitor status`: connection, data, what goes on and what went wrong, on a page that is kept up to date. */
import { setTimeout as sleep } from 'node:timers/promises';
import { defineCommand } from '../command.ts';
import { formatFlag } from '../global-flags.ts';
import { cliError } from '../errors.ts';
import { fitLines } from '../live/frame.ts';
import { toTimerMs } from '../live/refresh.ts';
import { toJson } from '../render/json.ts';
import { showAmount, showCount, showSpan } from '../render/number.ts';
import { FollowNotes } from './follow-notes.ts';
import { readStatus, type StatusFacts } from './status-facts.ts';
import { drawStatus, STATUS_OPERATIONS } from './status-page.ts';

export const monitorStatus = defineCommand({
  examples: [
    ['heartwood monitor status', 'how everything stands, until Ctrl-C'],
    ['heartwood monitor status --refresh 3', 'looked at every three seconds'],
    ['heartwood monitor status --once', 'once'],
    ["heartwood monitor status --json | jq '.data.errors.occurrences'", 'once, for scripts'],
  ],
  flags: {
    format: formatFlag(['table', 'json', 'ndjson']),
    refresh: { kind: 'count', value: 'SECONDS', doc: 'How often it looks. Default: 5.' },
    once: { kind: 'switch', doc: 'Looks once, then ends; as --json always does.' },
    count: { kind: 'count', short: 'n', value: 'LOOKS', doc: 'Looks so often, then ends.' },
  },
  run: async ({ flags, client, output, signal, url }) => {
    const { format, view } = output;
    if (flags.once && flags.count !== undefined)
      throw cliError('FLAGS_TOGETHER', { first: '--once', second: '--count' });
    const looks = flags.once || format === 'json' ? 1 : (flags.count ?? Infinity);
    const refreshS = flags.refresh ?? 5;
    const look = (): Promise<StatusFacts> => readStatus(client, url, STATUS_OPERATIONS, signal);

    // The first look fails as every command does; later ones are tried again.
    let facts = await look();
    const notes = new FollowNotes(output);
    using screen = looks === 1 ? undefined : output.openScreen(signal);
    const footer =
      looks === 1 ? undefined : `Refreshing every ${String(refreshS)}s (Press Ctrl+C to stop)`;
    let goneMs: number | undefined;
    let reason = '';
    const size = { columns: view.width, rows: Infinity };
    const print = async (): Promise<void> => {
      if (format === 'json')
        await output.write(`${toJson({ data: facts, meta: {}, warnings: [] }, 2)}\n`);
      else if (format === 'ndjson') await output.write(`${toJson(facts)}\n`);
      else if (screen !== undefined)
        screen.show((size) => drawStatus(facts, { goneMs, reason }, footer, size, view));
      // Without the time since then a line would be wrong as soon as it stands.
      else if (goneMs === undefined)
        await output.write(
          fitLines(drawStatus(facts, WELL, footer, size, view), size, view.symbols.cut)
            .map((line) => `${line}\n`)
            .join(''),
        );
    };
    await print();
    let looked = 1;
    while (looked < looks && !signal.aborted) {
      await sleep(toTimerMs(refreshS), undefined, { signal }).catch(() => {});
      if (signal.aborted) break;
      try {
        facts = await look();
        if (goneMs !== undefined) notes.begin('', false);
        goneMs = undefined;
      } catch (error) {
        if (signal.aborted) break;
        if (goneMs === undefined) notes.note('lost');
        goneMs ??= performance.now();
        reason = error instanceof Error ? error.message : String(error);
      }
      looked++;
      await print();
    }
    if (looks === 1) return;
    const end =
      goneMs === undefined ? sumUp(facts) : `no answer for ${showSpan(performance.now() - goneMs)}`;
    output.note(`${showAmount(looked, 'look')} in ${notes.age}${end === '' ? '' : `; ${end}`}.`);
  },
});

/** How it stood at the last look, as far as it could be told. */
function sumUp({ activity, errors }: StatusFacts): string {
  const parts: string[] = [];
  if (activity.problem === null) {
    const { running, paused, stalled, lost } = activity.live;
    const others = Object.entries({ paused, stalled, lost }).filter(([, n]) => n > 0);
    parts.push(
      `${showCount(running)} running`,
      ...others.map(([word, n]) => `${showCount(n)} ${word}`),
    );
  }
  if (errors.problem === null)
    parts.push(`${showAmount(errors.occurrences, 'error')} in the last hour`);
  return parts.join(', ');
}

/** How it stands where lines are written: they tell of nothing else. */
const WELL = { goneMs: undefined, reason: '' };
