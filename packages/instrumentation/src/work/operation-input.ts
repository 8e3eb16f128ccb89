/** What an app says about an operation, as far as it makes sense. */

/** A number of items; undefined for what is none. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value < Infinity ? value : undefined;
}

/** What an error says; undefined for one that says nothing or cannot be asked. */
export function messageOf(error: unknown): string | undefined {
  try {
    if (typeof error === 'string') return error;
    return error instanceof Error ? error.message : undefined;
  } catch {
    return undefined;
  }
}
