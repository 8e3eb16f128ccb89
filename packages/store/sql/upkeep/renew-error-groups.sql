-- Groups that are kept: since when they are known, and all else as the record says that happened last.
UPDATE error_groups AS g SET
  first_time = least(g.first_time, b.first_time),
  last_time = greatest(g.last_time, b.last_time),
  version = CASE WHEN b.last_time >= g.last_time THEN b.version ELSE g.version END,
  title = CASE WHEN b.last_time >= g.last_time THEN b.title ELSE g.title END,
  error_type = CASE WHEN b.last_time >= g.last_time THEN b.error_type ELSE g.error_type END,
  template = CASE WHEN b.last_time >= g.last_time THEN b.template ELSE g.template END,
  stack_top = CASE WHEN b.last_time >= g.last_time THEN b.stack_top ELSE g.stack_top END,
  category = CASE WHEN b.last_time >= g.last_time THEN b.category ELSE g.category END,
  code = CASE WHEN b.last_time >= g.last_time THEN b.code ELSE g.code END,
  message = CASE WHEN b.last_time >= g.last_time THEN b.message ELSE g.message END,
  object = CASE WHEN b.last_time >= g.last_time THEN b.object ELSE g.object END
FROM batch_error_groups() AS b
WHERE b.fingerprint = g.fingerprint
