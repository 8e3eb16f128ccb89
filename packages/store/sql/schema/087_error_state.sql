-- One row once there was an error: all log records up to log_seq and all spans up to span_seq have been looked at. Nothing that
-- lands later gets such a number, see resume/state.sql.
CREATE TABLE IF NOT EXISTS error_state (
  log_seq UBIGINT NOT NULL,
  span_seq UBIGINT NOT NULL
);
