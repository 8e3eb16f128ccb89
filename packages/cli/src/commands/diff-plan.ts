/** `plan diff`: what changed between two tracking plans, and which versions the changes ask for. */
import type { AnswerOf } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { readDefinitionFolder } from '../definition-folder.ts';
import { EXIT } from '../exit.ts';
import { printRows } from '../listing.ts';
import type { Column } from '../render/column.ts';
import { showAmount } from '../render/number.ts';

type Diff = AnswerOf<'/api/v1/plan/diff'>['data'];

interface Row {
  readonly event: Diff['events'][number];
  readonly path: string;
  readonly change: string;
  readonly bump: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { name: 'event', title: 'event', kind: 'text', read: (row) => row.event.event, rank: 100 },
  { name: 'path', title: 'property', kind: 'text', read: (row) => row.path, rank: 90 },
  { name: 'change', title: 'change', kind: 'text', read: (row) => row.change, rank: 95 },
  { name: 'bump', title: 'bump', kind: 'text', read: (row) => row.bump, rank: 80 },
  { name: 'from', title: 'from', kind: 'text', read: (row) => row.event.from, rank: 70 },
  { name: 'to', title: 'to', kind: 'text', read: (row) => row.event.to, rank: 75 },
  { name: 'needed', title: 'needed', kind: 'text', read: (row) => row.event.needed, rank: 78 },
  {
    name: 'ok',
    title: 'ok',
    kind: 'text',
    read: (row) => (row.event.ok ? 'yes' : 'no'),
    rank: 99,
  },
];

export const diffPlan = defineCommand({
  examples: [
    ['heartwood plan diff released.yaml', 'since an earlier plan, up to the one in force'],
    ['heartwood plan diff released.yaml --with heartwood', 'up to the one in a folder or file'],
  ],
  argument: { noun: 'file or folder with the earlier plan', value: 'path' },
  flags: {
    with: {
      kind: 'text',
      value: 'PATH',
      doc: 'File or folder with the later plan. Default: the plan in force on the server.',
    },
  },
  run: async ({ flags, argument, client, output, signal }) => {
    const body = {
      before: [...readDefinitionFolder(argument)],
      ...(flags.with === undefined ? {} : { after: [...readDefinitionFolder(flags.with)] }),
    };
    const { data } = await client.post('/api/v1/plan/diff', { body, signal });
    await printRows(output, COLUMNS, data.events.flatMap(toRows), {
      ok: data.ok,
      bump: data.bump,
    });
    if (output.format !== 'json' && output.format !== 'ndjson') output.note(summaryOf(data));
    return data.ok ? EXIT.OK : EXIT.CHECK_FAILED;
  },
});

/** A row each change; one for an event that came or went. */
function toRows(event: Diff['events'][number]): Row[] {
  if (event.changes.length === 0)
    return [{ event, path: '', change: event.change, bump: event.bump }];
  return event.changes.map(({ path, message, bump }) => ({ event, path, change: message, bump }));
}

function summaryOf({ events, bump, ok }: Diff): string {
  if (events.length === 0) return 'Nothing changed.';
  const behind = events.filter((event) => !event.ok).length;
  const changed = `${showAmount(events.length, 'event')} changed, the largest change is: ${bump}.`;
  return ok
    ? changed
    : `${changed} The version of ${showAmount(behind, 'event')} has to go up to what needed says.`;
}
