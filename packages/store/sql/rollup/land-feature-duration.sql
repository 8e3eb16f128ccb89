-- Appends what the batch adds.
INSERT INTO feature_duration
SELECT feature_id, category_id, component_id, hour, feature_status, bucket, runs, false
FROM batch_feature_duration()
