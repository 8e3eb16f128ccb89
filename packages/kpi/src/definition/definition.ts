/** What every definition has. */
import type { Place } from './problem.ts';

/** What every definition has. */
export interface Definition {
  readonly kind: string;
  /** Unique among those of its kind, in all files; never changes. */
  readonly id: string;
  readonly title: string;
  readonly owner?: string | undefined;
  /** Goes up when the meaning of its numbers changes; from 1. */
  readonly revision: number;
  /** Differs whenever the meaning of its numbers may, that of what it is made of included. */
  readonly digest: string;
  readonly place: Place;
  /** As the file has it. */
  readonly written: unknown;
}
