-- Events: log records that have an event name, in ids only, for questions about who did what. Columns as in logs.
CREATE OR REPLACE VIEW event_uses AS
SELECT
  time, seq, trace_id, resource_id, event_name_id, feature_id, component_id, error_type_id, session_id, user_id,
  marks, attributes
FROM logs
WHERE event_name_id <> 0;
