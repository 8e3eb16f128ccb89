/** Silence as SQL: stretches of slots in which a service sent nothing, and what these held in earlier weeks. */
import { storeError } from '../errors.ts';
import { compileEnding, writeFactsOf, type Compiled } from './answer.ts';
import type { SilenceQuestion, SilenceRow } from './quality-question.ts';
import { checkWeeks, labelSql } from './quality-weeks.ts';
import { Writer } from './writer.ts';

/** Stretches of a service that are told. */
const MAX_STRETCHES = 5;

/** The statement of silences. Throws `STORE_QUESTION_INVALID`. */
export function compileSilence(question: SilenceQuestion): Compiled<SilenceRow> {
  const { from, to, slots, leastQuarters, output } = question;
  checkWeeks(question, slots);
  if (!Number.isSafeInteger(leastQuarters) || leastQuarters < 1)
    throw storeError('STORE_QUESTION_INVALID', { reason: 'its silences have no length' });
  const writer = new Writer();
  const range = (time: string): string =>
    `s.${time} >= fa_time(${writer.param('ns', from)}) AND s.${time} < fa_time(${writer.param('ns', to)})`;
  const label = labelSql(writer, slots, 't');
  const quarters = writer.param('int', slots.quarters);
  // By resource first: services are fewer than resources, and these far fewer than records.
  writer.table(
    'sent',
    ['spans.start_time', 'logs.time']
      .map((column) => column.split('.') as [string, string])
      .map(
        ([table, time]) => `SELECT resource_id, ${label} AS label, count(*) AS records,
  min(t) AS first_time, max(t) AS last_time, max(seq) AS last_seq
FROM (SELECT resource_id, epoch_ns(s.${time}) AS t, seq FROM ${table} s WHERE ${range(time)}) GROUP BY resource_id, label`,
      )
      .join('\nUNION ALL\n'),
  );
  writer.table(
    'counted',
    `SELECT records AS rows_all, 0 AS rows_nobody, 0 AS rows_untimed, 0 AS rows_filtered, last_seq FROM sent`,
  );
  writeFactsOf(writer, 'counted');
  writer.table(
    'spoken',
    `SELECT coalesce(r.service_id, 0) AS service_id, label // ${quarters} AS week, label % ${quarters} AS quarter, sum(records) AS records,
  min(first_time) AS first_time, max(last_time) AS last_time
FROM sent LEFT JOIN resources r ON r.id = sent.resource_id GROUP BY 1, 2, 3`,
  );
  writer.table(
    'services',
    `SELECT service_id, min(first_time) AS first_time, max(last_time) AS last_time FROM spoken GROUP BY service_id`,
  );
  writer.table(
    'silent',
    `FROM (SELECT service_id, unnest(range(0, ${quarters})) AS quarter FROM services) places
ANTI JOIN (FROM spoken WHERE week = 0) said USING (service_id, quarter)`,
  );
  writer.table(
    'stretches',
    `SELECT service_id, min(quarter) AS first_quarter, max(quarter) AS last_quarter FROM (
  SELECT *, quarter - row_number() OVER (PARTITION BY service_id ORDER BY quarter) AS island FROM silent
) GROUP BY service_id, island HAVING count(*) >= ${writer.param('int', leastQuarters)}`,
  );
  writer.table(
    'earlier',
    `SELECT service_id, first_quarter, list({week: week, records: records} ORDER BY week) AS weeks, sum(records) AS records FROM (
  SELECT s.service_id, s.first_quarter, spoken.week, sum(spoken.records)::BIGINT AS records
  FROM stretches s JOIN spoken ON spoken.service_id = s.service_id AND spoken.week > 0 AND spoken.quarter BETWEEN s.first_quarter AND s.last_quarter
  GROUP BY ALL
) GROUP BY service_id, first_quarter`,
  );
  writer.table(
    'others',
    `SELECT s.service_id, s.first_quarter, count(DISTINCT spoken.quarter) AS quarters
FROM stretches s JOIN spoken ON spoken.service_id <> s.service_id AND spoken.week = 0 AND spoken.quarter BETWEEN s.first_quarter AND s.last_quarter
GROUP BY ALL`,
  );
  writer.table(
    'told',
    `SELECT s.*, coalesce(earlier.weeks, []) AS weeks, coalesce(others.quarters, 0) AS others_quarters
FROM stretches s LEFT JOIN earlier USING (service_id, first_quarter) LEFT JOIN others USING (service_id, first_quarter)
QUALIFY row_number() OVER (PARTITION BY s.service_id ORDER BY coalesce(earlier.records, 0) DESC, s.first_quarter) <= ${MAX_STRETCHES}`,
  );
  writer.table(
    'silences',
    `SELECT service.text AS service, first_quarter, last_quarter, coalesce(others_quarters, 0) AS others_quarters,
  coalesce(weeks, []) AS weeks, services.first_time, services.last_time
FROM services LEFT JOIN told USING (service_id) LEFT JOIN vocabulary service ON service.id = services.service_id`,
  );
  return compileEnding<SilenceRow>(writer, {
    name: 'ask/silence',
    events: { from },
    output,
    source: 'silences',
    order: 'service NULLS LAST, first_quarter',
    columns: {
      service: { sql: 'service', kind: 'text' },
      firstQuarter: { sql: 'first_quarter', kind: 'int' },
      lastQuarter: { sql: 'last_quarter', kind: 'int' },
      othersQuarters: { sql: 'others_quarters', kind: 'int' },
      weeks: { sql: 'to_json(weeks)::VARCHAR', kind: 'json' },
      firstTime: { sql: 'first_time', kind: 'ns' },
      lastTime: { sql: 'last_time', kind: 'ns' },
    },
    toRow: ({ service, firstQuarter, lastQuarter, othersQuarters, weeks, firstTime, lastTime }) =>
      ({
        service,
        firstQuarter,
        lastQuarter,
        othersQuarters,
        weeks,
        firstTime,
        lastTime,
      }) as SilenceRow,
  });
}
