/** How a kind of definition is read: its key at the top of a file, its words, and its links to other definitions. */
import { z } from 'zod';
import { suggest } from '../suggestion.ts';
import type { Definition } from './definition.ts';
import type { Spot } from './spot.ts';

/** A definition as it stands in a file, not read yet. */
export interface Entry {
  readonly id: string;
  /** Without `id` where it stood in a list. */
  readonly words: Readonly<Record<string, unknown>>;
  readonly spot: Spot;
}

/** What other files define, for references. */
export interface Links {
  /** The definition; `broken` when there is one that could not be read, undefined when there is none. */
  find(kind: string, id: string): Definition | 'broken' | undefined;
  /** Ids of a kind, for suggestions. */
  ids(kind: string): Iterable<string>;
}

/** Ends the reading when everything that may be referred to has been read; undefined when it has problems. */
export type Finish = (links: Links) => Definition | undefined;

/** A kind of definition. */
export interface Kind {
  readonly kind: string;
  /** Key at the top of a file: a list of entries with an `id`, or a map of entries by id. */
  readonly key: string;
  /** What stands in the entry, with what other readers take from it; the JSON Schema of definition files is made of it. */
  readonly written: z.ZodObject;
  /** Reads what stands in the entry itself; undefined when it has problems, which are reported at its spot. */
  read(entry: Entry): Finish | undefined;
}

/** The words that every definition may have. */
export const BASE_SHAPE = {
  title: z.string().min(1).max(200).optional(),
  owner: z.string().min(1).max(200).optional(),
  revision: z.int().min(1).max(1_000_000).optional(),
} as const;

/** What is equal in all kinds. */
export function toBase(
  { id, words, spot }: Entry,
  { title, owner, revision }: z.output<z.ZodObject<typeof BASE_SHAPE>>,
): Omit<Definition, 'kind' | 'digest'> {
  return {
    id,
    title: title ?? titleOf(id),
    owner,
    revision: revision ?? 1,
    place: spot.place,
    written: words,
  };
}

/** `file_upload` as people write it: File upload. */
function titleOf(id: string): string {
  const words = id.replaceAll(/[_.-]+/gu, ' ').trim();
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Finds what is referred to; reports at `spot` when there is none, and stays silent about one that is reported itself. */
export function follow(
  links: Links,
  { kind, id, hint = '' }: { readonly kind: string; readonly id: string; readonly hint?: string },
  spot: Spot,
): Definition | undefined {
  const found = links.find(kind, id);
  if (found === undefined) {
    const near = suggest(id, links.ids(kind));
    spot.error(
      'DEFINITION_REFERENCE',
      `names the ${kind} "${id}", which is not defined${hint}`,
      near,
    );
  }
  return found === 'broken' ? undefined : found;
}
