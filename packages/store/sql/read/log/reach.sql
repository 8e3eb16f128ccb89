-- The newest log record behind one in order of arrival; null when there is none. All up to it have landed.
SELECT max(seq) AS seq FROM logs WHERE seq > $after
