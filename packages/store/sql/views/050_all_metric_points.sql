-- Every data point as its sender gave it: texts for ids, NULL for none, what stands in side tables as JSON. Integers are to
-- their last digit; in JSON a double has a point or an exponent, and is {"$double":"NaN"} where JSON has no number.
CREATE OR REPLACE VIEW all_metric_points AS
SELECT
  p.seq,
  m.content::JSON ->> 'name' AS name,
  fa_metric_type_name(m.type) AS type,
  m.content::JSON ->> 'unit' AS unit,
  m.content::JSON ->> 'description' AS description,
  (m.content::JSON -> 'metadata')::JSON AS metadata,
  m.temporality,
  m.monotonic = 1 AS monotonic,
  service.text AS service,
  p.time,
  CASE WHEN epoch_ns(p.start_time) <> 0 THEN p.start_time END AS start_time,
  p.received_time,
  p.flags,
  CASE WHEN p.value_kind = 1 THEN p.int_value END AS int_value,
  CASE WHEN p.value_kind = 2 THEN p.value END AS double_value,
  coalesce(a.content, '{}')::JSON AS attributes,
  -- What the type of the metric has; the offset of a bucket list is that of its first bucket.
  CASE WHEN d.seq IS NOT NULL THEN (
    '{"count":' || d.count
    || CASE WHEN d.given & 1 <> 0 THEN ',"sum":' || fa_json_double(d.sum) ELSE '' END
    || CASE WHEN d.given & 2 <> 0 THEN ',"min":' || fa_json_double(d.min) ELSE '' END
    || CASE WHEN d.given & 4 <> 0 THEN ',"max":' || fa_json_double(d.max) ELSE '' END
    || CASE m.type
      WHEN 9 THEN ',"bounds":' || fa_json_doubles(d.bounds) || ',"bucketCounts":' || fa_json_integers(d.bucket_counts)
      WHEN 10 THEN ',"scale":' || d.scale || ',"zeroCount":' || d.zero_count
        || ',"zeroThreshold":' || fa_json_double(d.zero_threshold)
        || ',"positive":{"offset":' || d.positive_offset || ',"bucketCounts":' || fa_json_integers(d.positive_counts)
        || '},"negative":{"offset":' || d.negative_offset || ',"bucketCounts":' || fa_json_integers(d.negative_counts) || '}'
      WHEN 11 THEN ',"quantiles":' || fa_json_doubles(d.quantiles) || ',"quantileValues":' || fa_json_doubles(d.quantile_values)
      ELSE ''
    END
    || '}'
  )::JSON END AS distribution,
  coalesce((
    SELECT '[' || string_agg(
      '{"time":"' || epoch_ns(e.time) || '"'
      || CASE
        WHEN e.trace_id <> '00000000-0000-0000-0000-000000000000'::UUID THEN ',"traceId":"' || fa_trace_id(e.trace_id) || '"'
        ELSE ''
      END
      || CASE WHEN e.span_id <> 0 THEN ',"spanId":"' || fa_span_id(e.span_id) || '"' ELSE '' END
      || CASE e.value_kind WHEN 1 THEN ',"value":' || e.int_value WHEN 2 THEN ',"value":' || fa_json_double(e.value) ELSE '' END
      || CASE WHEN e.attributes <> '{}' THEN ',"attributes":' || e.attributes ELSE '' END
      || '}', ',' ORDER BY e.time) || ']'
    FROM exemplars e
    WHERE e.seq = p.seq
  ), '[]')::JSON AS exemplars,
  nullif(t.original, '')::JSON AS original,
  p.marks,
  resource.content::JSON AS resource,
  scope.content::JSON AS scope
FROM metric_points p
LEFT JOIN metrics m ON m.id = p.metric_id
LEFT JOIN attribute_sets a ON a.id = p.attribute_set_id
LEFT JOIN metric_distributions d ON d.seq = p.seq
LEFT JOIN replaced_times t ON t.seq = p.seq
LEFT JOIN resources resource ON resource.id = p.resource_id
LEFT JOIN scopes scope ON scope.id = p.scope_id
LEFT JOIN vocabulary service ON service.id = resource.service_id;
