/** `plan infer`: a draft of a tracking plan out of the events of a range. */
import { defineCommand } from '../command.ts';
import { formatFlag } from '../global-flags.ts';
import { describeRange, printEnvelope } from '../listing.ts';
import { ANALYTIC_FLAGS, toAnalyticQuery } from '../range.ts';
import { cleanLines } from '../render/clean.ts';
import { showAmount } from '../render/number.ts';

export const inferPlan = defineCommand({
  examples: [
    ['heartwood plan infer --since 7d > plan.yaml', 'a plan to begin with, to be read by people'],
    ['heartwood plan infer --since 7d --event file_upload_started', 'of one event'],
    ['heartwood plan infer --since 7d --json --explain', 'with the SQL that ran'],
  ],
  flags: {
    format: formatFlag(['json'], 'YAML'),
    ...ANALYTIC_FLAGS,
    event: { kind: 'texts', value: 'NAME', doc: 'Only this event; the exact name.' },
    id: { kind: 'text', value: 'ID', doc: 'Id of the drafted plan. Default: draft.' },
    sample: {
      kind: 'count',
      value: 'EVENTS',
      doc: 'Events of a name beyond which only about this many are read. Default: 100000.',
    },
  },
  run: async ({ flags, client, output, signal }) => {
    const { event, id, sample } = flags;
    const body = {
      ...toAnalyticQuery(flags),
      explain: flags.explain,
      ...(event === undefined ? {} : { events: [...event] }),
      ...(id === undefined ? {} : { id }),
      ...(sample === undefined ? {} : { sample }),
    };
    const { data, meta } = await client.post('/api/v1/plan/infer', { body, signal });
    if (output.format === 'json') return await printEnvelope(output, data.plan, meta);
    await output.write(cleanLines(data.text));
    for (const warning of meta.warnings) output.warn(warning);
    const events = showAmount(meta.sampleSize.n, 'event');
    output.note(`Drafted from ${events}, ${describeRange(meta)}: read it before you use it.`);
  },
});
