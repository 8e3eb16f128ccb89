-- How many requests are known; told from the table's header.
SELECT count(*) AS known FROM requests
