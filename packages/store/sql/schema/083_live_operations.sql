-- Operations that were in memory when they were written last: under way, or over while more was waited for of them or of
-- their parts; a restart goes on from here. Nothing but what that takes: all rows are written again once a minute.
CREATE TABLE IF NOT EXISTS live_operations (
  id VARCHAR NOT NULL,
  -- JSON: all that its events told, so that further ones can be added.
  state VARCHAR NOT NULL USING COMPRESSION zstd
);
