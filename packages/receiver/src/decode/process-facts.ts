/** What a resource says of its process. */

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
