/** What an app says about an operation, as far as it makes sense. */
import type { OperationProgress } from './operation-handle.ts';

/** A number of items; undefined for what is none. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value < Infinity ? value : undefined;
}

/** What an update says beside how far the operation is. */
export function factsOf(progress: OperationProgress): Record<string, unknown> | undefined {
  let facts: Record<string, unknown> | undefined;
  for (const key of Object.keys(progress)) {
    if (key === 'message' || key === 'current' || key === 'total') continue;
    facts ??= Object.create(null) as Record<string, unknown>;
    facts[key] = progress[key];
  }
  return facts;
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
