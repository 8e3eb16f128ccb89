-- First words of a new database.
INSERT INTO landed_position VALUES (0, 0);
INSERT INTO meta VALUES ($version, '', $hash_seed, now()::TIMESTAMP_NS)
