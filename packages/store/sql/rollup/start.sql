-- Roll-ups that are to be built from all spans.
INSERT INTO rollup_state SELECT 0, make_timestamp_ns(0) WHERE NOT EXISTS (FROM rollup_state)
