-- Makes room for the hours that are built anew.
DELETE FROM feature_hour WHERE hour >= $from_hour
