-- What checks of data quality found, a row for each check of a run and one for each thing that it looked at; 90 days.
CREATE TABLE IF NOT EXISTS quality_results (
  run_id UUID NOT NULL,
  -- When the run began.
  run_time TIMESTAMP_NS NOT NULL,
  -- Run by the schedule, not on demand.
  daily BOOLEAN NOT NULL,
  check_name VARCHAR NOT NULL,
  -- NULL: the check as a whole.
  subject VARCHAR,
  -- pass, warn, fail, error, not_enough_data
  result VARCHAR NOT NULL,
  value DOUBLE,
  expected DOUBLE,
  -- Records or weeks that it is made of, as the check says.
  n BIGINT NOT NULL,
  message VARCHAR NOT NULL,
  -- A JSON object.
  evidence VARCHAR NOT NULL
);
