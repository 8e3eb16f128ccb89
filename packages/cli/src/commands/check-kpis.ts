/** `kpi check`: whether KPIs meet their targets, for builds and releases. */
import type { Client } from '@heartwood/api/client';
import { defineCommand } from '../command.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { showAmount } from '../render/number.ts';
import { suggestion } from '../suggest.ts';
import { AS_OF_FLAGS, printKpis, toAsOf, type KpiRow } from './kpi-columns.ts';
import { KPI_STATUSES } from './list-kpis.ts';

export const checkKpis = defineCommand({
  examples: [
    ['heartwood kpi check', 'ends with 3 when a KPI is off track'],
    ['heartwood kpi check checkout_success,search_speed', 'some of them, by id'],
    ['heartwood kpi check --fail-on off_track,at_risk,insufficient_data', 'a stricter one'],
    ['heartwood kpi check --json > kpis.json || exit 1', 'a step of a build that keeps the list'],
  ],
  argument: { noun: 'ids of KPIs, separated by commas', value: 'ids', preset: 'all' },
  flags: {
    ...AS_OF_FLAGS,
    'fail-on': {
      kind: 'text',
      value: 'STATUSES',
      doc: `Statuses to end with 3 on, separated by commas: ${KPI_STATUSES.join(', ')}. Default: off_track.`,
    },
  },
  run: async ({ argument, flags, client, output, signal }) => {
    const statuses = readStatuses(flags['fail-on'] ?? 'off_track');
    const query = toAsOf(flags);
    const { data, meta } = await client.get('/api/v1/kpis', { query, signal });
    const wanted = argument === 'all' ? data : await pick(client, data, argument, signal);
    const failing = wanted.filter((kpi) => kpi.parts.some(({ status }) => statuses.has(status)));
    await printKpis(output, failing, meta);
    if (output.format !== 'json' && output.format !== 'ndjson')
      output.note(summaryOf(failing, wanted, [...statuses]));
    return failing.length === 0 ? EXIT.OK : EXIT.CHECK_FAILED;
  },
});

function readStatuses(text: string): ReadonlySet<string> {
  const given = text.split(',').map((word) => word.trim());
  const known: readonly string[] = KPI_STATUSES;
  for (const word of given)
    if (!known.includes(word))
      throw cliError('FLAG_VALUE_WRONG', {
        flag: '--fail-on',
        given: word,
        expected: `must be one of ${known.join(', ')}`,
        suggestion: suggestion(word, known),
      });
  return new Set(given);
}

/** KPIs by their ids; the server says what is wrong with an id that is none. */
async function pick(
  client: Client,
  kpis: readonly KpiRow[],
  ids: string,
  signal: AbortSignal,
): Promise<KpiRow[]> {
  const wanted = new Set(ids.split(',').map((id) => id.trim()));
  const known = new Set(kpis.map(({ id }) => id));
  const unknown = [...wanted].find((id) => !known.has(id));
  if (unknown !== undefined)
    await client.get('/api/v1/kpis/{id}', { params: { id: unknown }, signal });
  return kpis.filter(({ id }) => wanted.has(id));
}

function summaryOf(
  failing: readonly KpiRow[],
  checked: readonly KpiRow[],
  statuses: readonly string[],
): string {
  if (checked.length === 0) return 'No KPI is defined, so none was checked.';
  const all = `${showAmount(checked.length, 'KPI')} checked`;
  const words = statuses.join(' or ');
  if (failing.length === 0) return `${all}, none is ${words}.`;
  const some = `${String(failing.length)} ${failing.length === 1 ? 'is' : 'are'} ${words}`;
  return `${all}, ${some}: ${failing.map(({ id }) => id).join(', ')}.`;
}
