/** What processes are told apart by. */
import { ATTR_HOST_NAME, ATTR_PROCESS_PID, ATTR_SERVICE_INSTANCE_ID } from '@heartwood/semconv';

/** Attributes of a resource: the instance, else host and number. */
export const PROCESS_KEYS = {
  instanceKey: ATTR_SERVICE_INSTANCE_ID,
  hostKey: ATTR_HOST_NAME,
  pidKey: ATTR_PROCESS_PID,
} as const;
