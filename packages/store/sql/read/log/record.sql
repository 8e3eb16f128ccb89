-- One log record by its number.
SELECT
  -- include part/log-columns.sql
  , a.received_time AS "receivedTime"
FROM all_logs a
WHERE a.seq = $seq
