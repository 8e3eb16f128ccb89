-- One row once there was an operation: what records up to this seq tell of operations stands in the two tables. Nothing that
-- lands later gets such a number, see resume/state.sql.
CREATE TABLE IF NOT EXISTS operation_state (
  seq UBIGINT NOT NULL
);
