/** Which process a resource is: what is told of it with events that must not wait for their rows. */
import { HOST_NAME, INSTANCE_ID, PROCESS_PID, SERVICE_NAME } from './known-attributes.ts';
import { type KnownPlaces, readText } from './known-text.ts';
import type { ResourceFacts } from './process-facts.ts';

/** Facts of the resource whose attributes were read last; see {@link readText} for `isScratch`. */
export function readResourceFacts(places: KnownPlaces, isScratch: boolean): ResourceFacts {
  const { known } = places;
  return {
    service: readText(places, SERVICE_NAME, isScratch) ?? '',
    instance: readText(places, INSTANCE_ID, isScratch),
    host: readText(places, HOST_NAME, isScratch),
    pid: known.has(PROCESS_PID) ? known.low[PROCESS_PID] : undefined,
  };
}
