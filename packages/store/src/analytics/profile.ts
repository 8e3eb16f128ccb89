/** Profiles as SQL: the members of the attributes of sampled events, by type and value. */
import { storeError } from '../errors.ts';
import { compileEnding, writeFacts, type Compiled } from './answer.ts';
import { writeEligible } from './eligible.ts';
import type { ProfileQuestion, ProfileRow } from './profile-question.ts';
import { Writer } from './writer.ts';

/** Most events of a name that are read. */
const MAX_SAMPLE = 100_000;
/** Values of a property that are told, and the longest of them in characters of JSON. */
const MAX_VALUES = 20;
const MAX_VALUE_LENGTH = 100;

/** The statement of a profile. Throws `STORE_QUESTION_INVALID`. */
export function compileProfile(question: ProfileQuestion): Compiled<ProfileRow> {
  checkProfile(question);
  const writer = new Writer();
  const { events, output, sample } = question;
  writeEligible(writer, {
    ...events,
    logsOnly: true,
    group: { by: { kind: 'column', name: 'event' }, top: 1 },
  });
  writeFacts(writer, 'eligible');
  writer.table(
    'names',
    `SELECT grp AS event, count(*) AS records,
  CASE WHEN count(*) <= ${writer.param('int', sample)} THEN 1 ELSE ceil(count(*) / (0.95 * ${writer.param('int', sample)})) END::UBIGINT AS step
FROM eligible GROUP BY grp`,
  );
  // By a hash, because names that take turns have every second number each.
  writer.table(
    'picked',
    `SELECT e.seq, e.grp AS event, e.marks FROM eligible e JOIN names ON names.event = e.grp WHERE hash(e.seq) % step = 0`,
  );
  writer.table('read_names', 'SELECT event, count(*) AS sampled FROM picked GROUP BY event');
  writer.table('properties', propertiesSql(writer, question));
  writer.table(
    'profiles',
    `SELECT names.event, NULL::VARCHAR AS property, records, coalesce(sampled, 0) AS sampled, 0 AS present, '{}' AS types, 0 AS different, '[]' AS examples
FROM names LEFT JOIN read_names USING (event)
UNION ALL
SELECT names.event, property, records, sampled, present, types, different, examples
FROM names JOIN read_names USING (event) JOIN properties USING (event)`,
  );
  return compileEnding<ProfileRow>(writer, {
    name: 'ask/profile',
    events: { ...events, logsOnly: true },
    output,
    source: 'profiles',
    order: 'event, property NULLS FIRST',
    columns: {
      event: { sql: 'event', kind: 'text' },
      property: { sql: 'property', kind: 'text' },
      records: { sql: 'records', kind: 'int' },
      sampled: { sql: 'sampled', kind: 'int' },
      present: { sql: 'present', kind: 'int' },
      types: { sql: 'types', kind: 'json' },
      different: { sql: 'different', kind: 'int' },
      examples: { sql: 'examples', kind: 'json' },
    },
    toRow: ({ event, property, records, sampled, present, types, different, examples }) =>
      ({
        event,
        property,
        records,
        sampled,
        present,
        types,
        distinct: different,
        values: examples,
      }) as ProfileRow,
  });
}

/** A row each event and key; the rows of one seq are few beside those of a name, so values are counted before they are listed. */
function propertiesSql(writer: Writer, { events }: ProfileQuestion): string {
  const [from, to] = [writer.param('ns', events.from), writer.param('ns', events.to)];
  const members = `SELECT picked.seq, picked.event, member.id, member.key AS property, ${TYPE_SQL} AS type, member.value::VARCHAR AS value
FROM picked JOIN event_uses s ON s.seq = picked.seq, json_each(s.attributes) member
WHERE s.time >= fa_time(${from}) AND s.time < fa_time(${to})`;
  // Bit 6 of marks, see src/marks.ts: of a key that comes twice the first one counts.
  writer.table(
    'members',
    `SELECT event, property, type, value FROM (${members} AND NOT fa_marked(picked.marks, 6))
UNION ALL
SELECT event, property, type, value FROM (
  SELECT DISTINCT ON (seq, property) * FROM (${members} AND fa_marked(picked.marks, 6)) ORDER BY seq, property, id
)`,
  );
  writer.table(
    'valued',
    `SELECT event, property, type, count(*) AS times,
  any_value(CASE WHEN length(value) <= ${MAX_VALUE_LENGTH} AND type <> 'null' THEN value END) AS example
FROM members GROUP BY event, property, type, hash(value)`,
  );
  writer.table(
    'typed',
    `SELECT event, property, type, sum(times) AS times, count(*) AS different FROM valued GROUP BY event, property, type`,
  );
  writer.table(
    'exampled',
    `SELECT event, property, to_json(list({json: example, count: times} ORDER BY times DESC, example)[1:${MAX_VALUES}])::VARCHAR AS examples
FROM valued WHERE example IS NOT NULL GROUP BY event, property`,
  );
  return `SELECT event, property, sum(times) AS present, to_json(map(list(type ORDER BY type), list(times::BIGINT ORDER BY type)))::VARCHAR AS types,
  coalesce(sum(different) FILTER (WHERE type <> 'null'), 0) AS different, coalesce(any_value(examples), '[]') AS examples
FROM typed LEFT JOIN exampled USING (event, property) GROUP BY event, property`;
}

/** Attributes as the receiver writes them: numbers that JSON has no words for and bytes are objects of one member. */
const TYPE_SQL = `CASE
    WHEN member.type = 'VARCHAR' THEN 'string'
    WHEN member.type = 'BOOLEAN' THEN 'boolean'
    WHEN member.type = 'NULL' THEN 'null'
    WHEN member.type = 'ARRAY' THEN 'array'
    WHEN member.type = 'OBJECT' THEN CASE
      WHEN starts_with(member.value::VARCHAR, '{"$double":') THEN 'number'
      WHEN starts_with(member.value::VARCHAR, '{"$bytes":') THEN 'bytes'
      ELSE 'object'
    END
    WHEN regexp_full_match(member.value::VARCHAR, '-?[0-9]+') THEN 'integer'
    ELSE 'number'
  END`;

function checkProfile({ events, sample, output }: ProfileQuestion): void {
  const reason = events.selectors.some(({ source }) => source !== 'event')
    ? 'only events have profiles'
    : events.keepOthers
      ? 'a profile keeps no others'
      : events.group !== undefined
        ? 'a profile has no breakdown'
        : !Number.isInteger(sample) || sample < 1 || sample > MAX_SAMPLE
          ? `it reads ${String(sample)} events of a name, 1 to ${String(MAX_SAMPLE)} may be`
          : (output.kind as string) !== 'numbers'
            ? 'a profile has no members'
            : undefined;
  if (reason !== undefined) throw storeError('STORE_QUESTION_INVALID', { reason });
}
