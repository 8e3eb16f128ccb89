/** Ids of sessions and operations that people can read: kind, date, time of day in UTC, and a random rest. */
import { randomBytes } from 'node:crypto';

/** Such as `work-20250701-153022-9f8c2a1b`. 32 random bits beside the second keep two processes apart. */
export function createWorkId(kind: string, at: Date = new Date()): string {
  const digits = at.toISOString().replaceAll(/[-:]|\..*$/g, '');
  return `${kind}-${digits.slice(0, 8)}-${digits.slice(9)}-${randomBytes(4).toString('hex')}`;
}
