-- Makes room for the hours that are built anew.
DELETE FROM feature_duration WHERE hour >= $from_hour
