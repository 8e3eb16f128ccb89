-- Records that tell of one operation, oldest first. An id of more than 256 letters is known by its beginning and a hash, see
-- semconv; what is plain in an id stands in the JSON as it is, and spares looking for the id in most of the rows.
-- include part/operation-processes.sql
page AS (
  SELECT l.*
  FROM logs l
  WHERE l.time >= fa_time($from) AND l.time < fa_time($to)
    AND ($after::BIGINT IS NULL OR l.time > fa_time($from) OR l.seq > $after)
    AND l.event_name_id IN (SELECT id FROM names)
    AND contains(l.attributes, regexp_extract($id::VARCHAR, '^[A-Za-z0-9_.:-]*'))
    AND CASE
      WHEN length($id::VARCHAR) >= 255 AND length(l.attributes ->> '$."feature.operation.id"') > 256
      THEN starts_with(l.attributes ->> '$."feature.operation.id"', regexp_replace($id::VARCHAR, '~[0-9a-z]+~[0-9a-f]{16}$', ''))
      ELSE l.attributes ->> '$."feature.operation.id"' = $id
    END
  ORDER BY l.time, l.seq
  LIMIT $limit
)
-- include part/operation-records.sql
ORDER BY l.time, l.seq
