/** Which process a resource is: what is told of it with events that must not wait for their rows. */
import type { OpenRequest } from './open-request.ts';
import { HOST_NAME, INSTANCE_ID, PROCESS_PID, SERVICE_NAME } from './known-attributes.ts';
import { readText } from './known-text.ts';

/** What a resource says of its process. */
export interface ResourceFacts {
  /** Empty where it names none. */
  readonly service: string;
  readonly instance: string | undefined;
  readonly host: string | undefined;
  readonly pid: number | undefined;
}

export const NO_RESOURCE_FACTS: ResourceFacts = {
  service: '',
  instance: undefined,
  host: undefined,
  pid: undefined,
};

/** Facts of the resource whose attributes were read last; see {@link readText} for `isScratch`. */
export function readResourceFacts(request: OpenRequest, isScratch: boolean): ResourceFacts {
  const { known } = request;
  return {
    service: readText(request, SERVICE_NAME, isScratch) ?? '',
    instance: readText(request, INSTANCE_ID, isScratch),
    host: readText(request, HOST_NAME, isScratch),
    pid: known.has(PROCESS_PID) ? known.low[PROCESS_PID] : undefined,
  };
}
