/** `operations list`: long work, under way and over. */
import { FEATURE_STATUSES } from '@heartwood/semconv';
import { defineCommand } from '../command.ts';
import { printList } from '../listing.ts';
import { readPages } from '../pages.ts';
import { RANGE_FLAGS, toRangeQuery } from '../range.ts';
import { showAmount, showCount } from '../render/number.ts';
import { OPERATION_COLUMNS, OPERATION_HEALTHS, OPERATION_STATES } from './operation-columns.ts';

export const listOperations = defineCommand({
  examples: [
    ['heartwood operations list', 'what is under way, the worst first, and the last that are over'],
    ['heartwood operations list --state running', 'what is under way'],
    ['heartwood operations list --health stalled', 'what does not go on'],
    ['heartwood operations list --status failed --since 30d', 'what failed lately'],
  ],
  flags: {
    ...RANGE_FLAGS,
    since: {
      ...RANGE_FLAGS.since,
      doc: 'Those that are over began in this time up to now, such as 24h, 7d or 4w. Default: 7d.',
    },
    feature: { kind: 'text', value: 'NAME', doc: 'Only operations of this feature.' },
    service: { kind: 'text', value: 'NAME', doc: 'Only operations of this service.' },
    component: { kind: 'text', value: 'NAME', doc: 'Only operations of this component.' },
    parent: { kind: 'text', value: 'ID', doc: 'Only the parts of this operation.' },
    state: {
      kind: 'choice',
      value: 'STATE',
      choices: OPERATION_STATES,
      doc: `Only those in this state: ${OPERATION_STATES.join(', ')}.`,
    },
    health: {
      kind: 'choice',
      value: 'HEALTH',
      choices: OPERATION_HEALTHS,
      doc: `Only those under way that do so: ${OPERATION_HEALTHS.join(', ')}.`,
    },
    status: {
      kind: 'choice',
      value: 'STATUS',
      choices: FEATURE_STATUSES,
      doc: `Only those that ended so: ${FEATURE_STATUSES.join(', ')}.`,
    },
    limit: {
      kind: 'count',
      value: 'ROWS',
      doc: 'How many at most, 1,000 of those under way. Default: 50.',
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const { feature, service, component, parent, state, health, status, limit = 50 } = flags;
    const named = { feature, service, component, parent, state, health, status };
    const pages = readPages(
      (query) => client.get('/api/v1/operations', { query, signal }),
      { ...toRangeQuery(flags), ...named },
      limit,
    );
    const { count, meta } = await printList(output, OPERATION_COLUMNS, pages);
    if (meta === undefined || (output.format !== 'table' && output.format !== 'md')) return;
    const { live, nextCursor } = meta;
    const more = nextCursor === null ? '' : ' There are more: a larger --limit.';
    const judged = (['slow', 'stalled', 'lost'] as const)
      .filter((word) => live[word] > 0)
      .map((word) => `, ${showCount(live[word])} ${word}`)
      .join('');
    output.note(
      `${showAmount(count, 'operation')}. Under way: ${showCount(live.running)} running, ${showCount(live.paused)} paused${judged}.${more}`,
    );
  },
});
