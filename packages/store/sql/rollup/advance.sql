-- Says how far actor_hour and active_day have come.
UPDATE rollup_state SET actor_seq = $until
