-- Days summed up, one row each, kept for ever.
CREATE TABLE IF NOT EXISTS daily_summaries (
  -- 2026-11-22, in the zone.
  day VARCHAR NOT NULL,
  zone VARCHAR NOT NULL,
  made TIMESTAMP_NS NOT NULL,
  -- Made before all of the day was there.
  partial BOOLEAN NOT NULL,
  -- A JSON object.
  content VARCHAR NOT NULL USING COMPRESSION zstd
);
