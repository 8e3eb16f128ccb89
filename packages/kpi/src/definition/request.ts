/** Reads a definition that came in a request instead of a file, beside the set in force. */
import { toDefinitionFile } from './file.ts';
import type { Kind, Links } from './kind.ts';
import type { DefinitionSet } from './kinds.ts';
import type { Definition } from './definition.ts';
import type { Problem } from './problem.ts';
import { Spot } from './spot.ts';

/** A definition that came in a request, or everything that is wrong with it. */
export type RequestedDefinition =
  | { readonly ok: true; readonly definition: Definition }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads one definition of a kind in the words of a file; it may refer to what the set defines, and is put into none. */
export function readRequest(kind: Kind, body: unknown, set: DefinitionSet): RequestedDefinition {
  const problems: Problem[] = [];
  const spot = new Spot(toDefinitionFile(body), [], problems);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    spot.error('DEFINITION_VALUE', 'must be a map of keys');
    return { ok: false, problems };
  }
  // JSON may bring it as a key of its own, which no schema would see.
  if (Object.hasOwn(body, '__proto__'))
    spot.at('__proto__').error('DEFINITION_KEY_UNKNOWN', 'is not known');
  const { id = 'request', ...words } = body as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string') spot.at('id').error('DEFINITION_VALUE', 'must be a text');
  const finish = kind.read({ id: String(id), words, spot });
  const definition = finish?.(linksOf(set));
  return problems.length > 0 || definition === undefined
    ? { ok: false, problems }
    : { ok: true, definition };
}

function linksOf({ goals, measures, kpis }: DefinitionSet): Links {
  const kinds: Readonly<Record<string, ReadonlyMap<string, Definition>>> = {
    goal: goals,
    measure: measures,
    kpi: kpis,
  };
  return {
    find: (kind, id) => kinds[kind]?.get(id),
    ids: (kind) => kinds[kind]?.keys() ?? [],
  };
}
