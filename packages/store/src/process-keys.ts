/** Parameters of questions that tell processes apart (`sql/part/processes.sql`): attributes of a resource. */
export const PROCESS_KEYS = { instanceKey: 'text', hostKey: 'text', pidKey: 'text' } as const;
