-- What the rows of feature_hour add up to on a day of feature_day: a twenty-fourth of their number.
CREATE TABLE IF NOT EXISTS day_run (
  day UINTEGER NOT NULL,
  -- From here on as in feature_hour.
  feature_id UBIGINT NOT NULL,
  category_id UBIGINT NOT NULL,
  component_id UBIGINT NOT NULL,
  feature_status UTINYINT NOT NULL,
  runs UBIGINT NOT NULL,
  untimed UBIGINT NOT NULL,
  filtered UBIGINT NOT NULL,
  nobody UBIGINT NOT NULL,
  excellent UBIGINT NOT NULL,
  good UBIGINT NOT NULL,
  acceptable UBIGINT NOT NULL,
  slow UBIGINT NOT NULL,
  very_slow UBIGINT NOT NULL,
  scored UBIGINT NOT NULL,
  efficiency DOUBLE NOT NULL,
  duration_ns HUGEINT NOT NULL,
  first_time TIMESTAMP_NS NOT NULL,
  last_time TIMESTAMP_NS NOT NULL,
  last_seq UBIGINT NOT NULL
);
