-- After start nothing but the tables and the files of the archive can be reached: no other files, no network, no other
-- database, and no way to switch that back on. A backup holds checkpoints off by their threshold, and checkpoints that
-- nobody waits for merge row groups.
SET GLOBAL TimeZone = 'UTC';
-- A file of the archive never changes, so its footer is read once, not again by each question that may need the archive: half
-- a millisecond a file. It stays in memory within memory_limit, 250 bytes a column of a row group.
SET GLOBAL parquet_metadata_cache = true;
SET GLOBAL allowed_configs = ['checkpoint_threshold', 'wal_autocheckpoint', 'max_vacuum_tasks'];
SET enable_external_access = false;
SET lock_configuration = true;
