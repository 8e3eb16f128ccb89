-- Says how far actor_hour has come.
UPDATE rollup_state SET actor_seq = $until
