-- Makes room for the hours that are built anew.
DELETE FROM actor_hour WHERE hour >= $from_hour
