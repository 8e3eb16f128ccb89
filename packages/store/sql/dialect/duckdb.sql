-- Macros that make one text of a question run on every engine. Kept in the database file, so that the views work in any SQL shell.

-- Nanoseconds since 1970 to a time, held within what TIMESTAMP_NS can say (1970 to 2262); folded before the scan, so zone maps work.
CREATE OR REPLACE MACRO fa_time(ns) AS make_timestamp_ns(least(greatest(ns, 0), 9223372036854775806));
-- A time to nanoseconds since 1970.
CREATE OR REPLACE MACRO fa_ns(moment) AS epoch_ns(moment);
-- End of something, held within the range too: a sum beyond 64 bits would fail the whole question.
CREATE OR REPLACE MACRO fa_end(start, length_ns) AS
  make_timestamp_ns(least(epoch_ns(start)::HUGEINT + length_ns, 9223372036854775806)::BIGINT);
-- Nanoseconds to milliseconds.
CREATE OR REPLACE MACRO fa_ms(ns) AS ns / 1e6;
-- Start of the time bucket of so many nanoseconds, counted from 1970; in nanoseconds.
CREATE OR REPLACE MACRO fa_bucket(moment, width_ns) AS epoch_ns(moment) // width_ns * width_ns;
-- Hours since 1970 of a time, and the start of such an hour.
CREATE OR REPLACE MACRO fa_hour(moment) AS (epoch_ns(moment) // 3600000000000)::UINTEGER;
CREATE OR REPLACE MACRO fa_hour_start(hour) AS make_timestamp_ns(least(hour::BIGINT, 2562047) * 3600000000000);
-- Days since 1970 (UTC) of a time.
CREATE OR REPLACE MACRO fa_day(moment) AS (epoch_ns(moment) // 86400000000000)::UINTEGER;
-- The whole hours of a range in nanoseconds, from the first until before the second, which roll-ups can answer where they
-- may; else none, far behind everything. The edges of the range before and behind them are for the raw rows.
-- As wide as the columns they are compared with: with a wider number DuckDB casts the column and reads all of the table.
CREATE OR REPLACE MACRO fa_whole_from(from_ns, to_ns, may) AS
  CASE
    WHEN may AND from_ns // 3600000000000 + CASE WHEN from_ns % 3600000000000 = 0 THEN 0 ELSE 1 END < to_ns // 3600000000000
    THEN greatest(from_ns // 3600000000000 + CASE WHEN from_ns % 3600000000000 = 0 THEN 0 ELSE 1 END, 0)
    ELSE 2562047
  END::UINTEGER;
CREATE OR REPLACE MACRO fa_whole_to(from_ns, to_ns, may) AS
  CASE
    WHEN fa_whole_from(from_ns, to_ns, may) = 2562047 THEN 2562047
    ELSE greatest(to_ns // 3600000000000, 0)
  END::UINTEGER;
CREATE OR REPLACE MACRO fa_first_edge_end(from_ns, to_ns, may) AS
  fa_time(least(to_ns, fa_whole_from(from_ns, to_ns, may)::BIGINT * 3600000000000));
CREATE OR REPLACE MACRO fa_last_edge_start(from_ns, to_ns, may) AS
  fa_time(fa_whole_to(from_ns, to_ns, may)::BIGINT * 3600000000000);
-- Log-linear bucket of a duration in nanoseconds, 16 between a power of two and the next: with e = floor(log2(d)) - 4, at
-- least 0, it is 16 e + floor(d / 2^e). Where log2 rounds up to the next whole number, the result is the same.
-- src/rollup/duration-bucket.ts states the same for the landing.
CREATE OR REPLACE MACRO fa_duration_bucket(ns) AS
  CASE
    WHEN ns < 32 THEN ns
    ELSE (floor(log2(ns))::BIGINT - 4) * 16 + (ns >> (floor(log2(ns))::INTEGER - 4))
  END::USMALLINT;
-- The inverse: the shortest duration of a bucket; it ends where the next begins.
CREATE OR REPLACE MACRO fa_duration_bucket_start(bucket) AS
  CASE
    WHEN bucket < 32 THEN bucket::HUGEINT
    ELSE (bucket::HUGEINT - (bucket // 16 - 1) * 16) << (bucket // 16 - 1)::INTEGER
  END;
-- The duration in the middle of a bucket: (start + next start - 1) / 2, written so that it is planned in half of the time.
CREATE OR REPLACE MACRO fa_duration_bucket_middle(bucket) AS
  CASE
    WHEN bucket < 32 THEN bucket::DOUBLE
    ELSE (bucket % 16 + 16.5) * pow(2, bucket::BIGINT // 16 - 1) - 0.5
  END;
-- Linear interpolation between two neighbours at a rank.
CREATE OR REPLACE MACRO fa_between(low, high, rank) AS low + (high - low) * (rank - floor(rank));
-- Where the percentile p of durations in buckets lies: the buckets of its two neighbours, and its rank. Of rows that each have a
-- bucket, how many durations lie in it and below (upto), and how many there are in all but one (last). Counts as DOUBLE:
-- windows add HUGEINT, which sums of integers are, at half the speed.
CREATE OR REPLACE MACRO fa_bucket_place(bucket, upto, last, p) AS {
  low: min(bucket) FILTER (WHERE upto > floor(last * p)),
  high: min(bucket) FILTER (WHERE upto > ceil(last * p)),
  rank: any_value(last) * p
};
-- Durations at such places, linear between ranks; NULL where there are none. All places at once: buckets that become durations
-- at each place for itself took longer to plan than to run.
CREATE OR REPLACE MACRO fa_bucket_durations(places) AS list_transform(
  places,
  lambda place: CASE
    WHEN place.rank >= 0
    THEN fa_between(fa_duration_bucket_middle(place.low), fa_duration_bucket_middle(place.high), place.rank)
  END
);
-- The median and the percentiles 95 and 99.
CREATE OR REPLACE MACRO fa_bucket_quantiles(bucket, upto, last) AS fa_bucket_durations([
  fa_bucket_place(bucket, upto, last, 0.5),
  fa_bucket_place(bucket, upto, last, 0.95),
  fa_bucket_place(bucket, upto, last, 0.99)
]);
-- Of a sorted list, linear between ranks; NULL of an empty one.
CREATE OR REPLACE MACRO fa_quantile(sorted, p) AS
  fa_between(
    sorted[1 + floor((len(sorted) - 1) * p::DOUBLE)::BIGINT],
    sorted[1 + ceil((len(sorted) - 1) * p::DOUBLE)::BIGINT],
    (len(sorted) - 1) * p::DOUBLE
  );

-- A time as ISO 8601 in UTC with microseconds.
CREATE OR REPLACE MACRO fa_iso(moment) AS strftime(moment, '%Y-%m-%dT%H:%M:%S.%fZ');

-- A quotient that is NULL on a zero denominator.
CREATE OR REPLACE MACRO fa_ratio(part, whole) AS CASE WHEN whole = 0 THEN NULL ELSE part / whole END;
-- Exact percentiles, linear interpolation between ranks.
CREATE OR REPLACE MACRO fa_p50(value) AS quantile_cont(value, 0.5);
CREATE OR REPLACE MACRO fa_p95(value) AS quantile_cont(value, 0.95);
CREATE OR REPLACE MACRO fa_p99(value) AS quantile_cont(value, 0.99);
-- A double that is NULL where it is no finite number: one NaN would spoil the aggregate of its group.
CREATE OR REPLACE MACRO fa_finite(value) AS CASE WHEN isfinite(value) THEN value END;

-- A text that is written as a JSON number to the number, NULL for any other and for what no double can hold.
CREATE OR REPLACE MACRO fa_number(value) AS
  fa_finite(TRY_CAST(CASE WHEN regexp_full_match(value, '-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?') THEN value END AS DOUBLE));

-- Whether a word of a row, by its id, is the wanted one; any is where none is wanted.
CREATE OR REPLACE MACRO fa_wanted(word_id, wanted) AS
  (wanted::VARCHAR IS NULL OR word_id IN (SELECT v.id FROM vocabulary v WHERE v.text = wanted::VARCHAR));
-- Whether a row was sent by the wanted service, by the id of its resource.
CREATE OR REPLACE MACRO fa_wanted_service(sender_id, wanted) AS
  (wanted::VARCHAR IS NULL OR sender_id IN (
    SELECT r.id FROM resources r JOIN vocabulary v ON v.id = r.service_id WHERE v.text = wanted::VARCHAR));

-- Whom a row belongs to: the user, and the session where there is none, its id with bit 62 turned, because users and
-- sessions with the same text have the same id; NULL for nobody.
CREATE OR REPLACE MACRO fa_actor(user_id, session_id) AS
  CASE WHEN user_id <> 0 THEN user_id WHEN session_id <> 0 THEN xor(session_id, 4611686018427387904::UBIGINT) END;

-- Trace id and span id as lower-case hexadecimal text; a span id of 0 is none.
CREATE OR REPLACE MACRO fa_trace_id(id) AS replace(id::VARCHAR, '-', '');
CREATE OR REPLACE MACRO fa_span_id(id) AS CASE WHEN id <> 0 THEN lpad(lower(to_hex(id)), 16, '0') END;

-- The last 32 bits of a trace id. The first ones are no help where ids begin with a time, or are half as long and padded.
CREATE OR REPLACE MACRO fa_trace_tail(id) AS ('0x' || right(id::VARCHAR, 8))::UINTEGER;

-- Numbers to words: run status, performance tier, span kind, span status. NULL for a number without a word.
CREATE OR REPLACE MACRO fa_status_name(number) AS
  CASE number WHEN 1 THEN 'success' WHEN 2 THEN 'failed' WHEN 3 THEN 'partial' WHEN 4 THEN 'timeout' WHEN 5 THEN 'cancelled' END;
CREATE OR REPLACE MACRO fa_tier_name(number) AS
  CASE number WHEN 1 THEN 'excellent' WHEN 2 THEN 'good' WHEN 3 THEN 'acceptable' WHEN 4 THEN 'slow' WHEN 5 THEN 'very_slow' END;
CREATE OR REPLACE MACRO fa_kind_name(number) AS
  CASE number WHEN 0 THEN 'unspecified' WHEN 1 THEN 'internal' WHEN 2 THEN 'server' WHEN 3 THEN 'client' WHEN 4 THEN 'producer' WHEN 5 THEN 'consumer' END;
CREATE OR REPLACE MACRO fa_span_status_name(number) AS
  CASE number WHEN 0 THEN 'unset' WHEN 1 THEN 'ok' WHEN 2 THEN 'error' END;

-- Severity of a log record by its number, of which each word has four; NULL for none and for numbers without a word.
CREATE OR REPLACE MACRO fa_severity_name(number) AS
  CASE WHEN number BETWEEN 1 AND 24 THEN ['trace', 'debug', 'info', 'warn', 'error', 'fatal'][(number - 1) // 4 + 1] END;

-- Type of a metric and aggregation temporality to words.
CREATE OR REPLACE MACRO fa_metric_type_name(number) AS
  CASE number WHEN 0 THEN 'none' WHEN 5 THEN 'gauge' WHEN 7 THEN 'sum' WHEN 9 THEN 'histogram' WHEN 10 THEN 'exponential_histogram' WHEN 11 THEN 'summary' END;
CREATE OR REPLACE MACRO fa_temporality_name(number) AS
  CASE number WHEN 0 THEN 'unspecified' WHEN 1 THEN 'delta' WHEN 2 THEN 'cumulative' END;

-- Is a bit of spans.marks set?
CREATE OR REPLACE MACRO fa_marked(marks, place) AS ((marks >> place) & 1) = 1;

-- One member of a JSON object by its literal name, dots and slashes included; the first of equal names. NULL when there is none.
CREATE OR REPLACE MACRO fa_attr(attributes, name) AS
  json_extract(attributes, '/' || replace(replace(name, '~', '~0'), '/', '~1'));
-- The same as text: strings without quotes, everything else as JSON.
CREATE OR REPLACE MACRO fa_attr_text(attributes, name) AS
  json_extract_string(attributes, '/' || replace(replace(name, '~', '~0'), '/', '~1'));
-- The first and the last so many letters of a text that is longer than both.
CREATE OR REPLACE MACRO fa_ends(value, letters) AS
  CASE WHEN length(value) > 2 * letters THEN left(value, letters) || chr(10) || right(value, letters) ELSE value END;
-- Members whose name begins with a prefix, as a JSON object without the prefix.
CREATE OR REPLACE MACRO fa_attrs_below(attributes, prefix) AS
  '{' || array_to_string(
    [to_json(substr(name, length(prefix) + 1)) || ':' || fa_attr(attributes, name)
     for name in list_filter(
       json_keys(attributes),
       lambda name, place: starts_with(name, prefix) AND list_position(json_keys(attributes), name) = place
     )],
    ','
  ) || '}';

-- A double as the attribute encoding has it: always with a point or an exponent, non-finite ones as an object.
CREATE OR REPLACE MACRO fa_json_double(value) AS
  CASE
    WHEN isnan(value) THEN '{"$double":"NaN"}'
    WHEN isinf(value) THEN CASE WHEN value > 0 THEN '{"$double":"Infinity"}' ELSE '{"$double":"-Infinity"}' END
    ELSE to_json(value::DOUBLE)::VARCHAR
  END;
-- Lists of doubles and of integers as JSON; the integers to their last digit.
CREATE OR REPLACE MACRO fa_json_doubles(numbers) AS
  '[' || array_to_string(list_transform(numbers, lambda number: fa_json_double(number)), ',') || ']';
CREATE OR REPLACE MACRO fa_json_integers(numbers) AS '[' || array_to_string(numbers, ',') || ']';
-- Joins members (texts like "a":1, NULL for none) and an object's own members into one object.
CREATE OR REPLACE MACRO fa_merge(members, object) AS
  '{' || array_to_string(
    list_filter(list_append(members, nullif(substr(object, 2, length(object) - 2), '')), lambda member: member IS NOT NULL),
    ','
  ) || '}';
-- All attributes of a span: what the receiver lifted into columns, by texts that are NULL for none, then the rest. Bits as
-- in src/marks.ts. Not by fa_merge, whose lambda takes 5 ms to plan for so many members; concat_ws leaves out NULL too.
CREATE OR REPLACE MACRO fa_span_attributes(
  marks, feature, category, component, feature_status, tier, version, efficiency, iterations, input_size, output_size,
  error_type, session, usr, attributes
) AS '{' || concat_ws(
  ',',
  CASE WHEN fa_marked(marks, 16) THEN '"feature.name":' || to_json(feature) END,
  CASE WHEN fa_marked(marks, 8) THEN '"feature.category":' || to_json(category) END,
  CASE WHEN fa_marked(marks, 9) THEN '"feature.component":' || to_json(component) END,
  CASE WHEN fa_marked(marks, 10) THEN '"feature.status":' || to_json(fa_status_name(feature_status)) END,
  CASE WHEN fa_marked(marks, 11) THEN '"feature.performance.tier":' || to_json(fa_tier_name(tier)) END,
  '"feature.version":' || to_json(version),
  CASE WHEN fa_marked(marks, 12) THEN '"feature.efficiency":' || fa_json_double(efficiency) END,
  CASE WHEN fa_marked(marks, 13) THEN '"feature.iterations":' || iterations END,
  CASE WHEN fa_marked(marks, 14) THEN '"feature.input.size":' || input_size END,
  CASE WHEN fa_marked(marks, 15) THEN '"feature.output.size":' || output_size END,
  '"error.type":' || to_json(error_type),
  '"session.id":' || to_json(session),
  CASE WHEN fa_marked(marks, 7) THEN '"user.id":' ELSE '"user.hash":' END || to_json(usr),
  nullif(substr(attributes, 2, length(attributes) - 2), '')
) || '}';

-- Numbers of rows in a slice, as src/slice.ts has it.
CREATE OR REPLACE MACRO fa_slice_rows() AS 16384;
-- Bloom filters over the texts of a slice of rows, in 32 parts of 16,384 bits: the part that a hash belongs to, its four bits
-- there, and whether a part has them all. Of 28,000 texts a slice, one in 700 searches reads it in vain.
CREATE OR REPLACE MACRO fa_filter_part(hashed) AS (hashed >> 59)::UTINYINT;
CREATE OR REPLACE MACRO fa_filter_bits(hashed) AS [
  (hashed & 16383)::INTEGER,
  ((hashed >> 15) & 16383)::INTEGER,
  ((hashed >> 30) & 16383)::INTEGER,
  ((hashed >> 45) & 16383)::INTEGER
];
CREATE OR REPLACE MACRO fa_filter_has(bits, hashed) AS
  get_bit(bits, (hashed & 16383)::INTEGER) = 1
  AND get_bit(bits, ((hashed >> 15) & 16383)::INTEGER) = 1
  AND get_bit(bits, ((hashed >> 30) & 16383)::INTEGER) = 1
  AND get_bit(bits, ((hashed >> 45) & 16383)::INTEGER) = 1;
-- The hash that tells whether the engine which wrote a filter hashes as this one does.
CREATE OR REPLACE MACRO fa_filter_probe() AS hash('heartwood');
-- Every so many letters of a word that stand together.
CREATE OR REPLACE MACRO fa_grams(word, letters) AS
  list_transform(range(1, length(word) - letters + 2), lambda place: word[place:place + letters - 1]);
-- The texts of a record's attributes as a list: strings without quotes, everything else as JSON.
CREATE OR REPLACE MACRO fa_attr_texts(attributes) AS
  CASE WHEN attributes IN ('', '{}') THEN []::VARCHAR[] ELSE json_extract_string(attributes, '$.*') END;
