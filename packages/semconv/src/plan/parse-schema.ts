/** Reads the JSON Schema of an event, refusing by name what is not among the rules that plans are written in. */
import { isRecord } from './json-value.ts';
import type { PlanPlace } from './plan-place.ts';
import { findEndlessReference } from './schema-cycle.ts';
import {
  decodePointer,
  KEYWORD_NAMES,
  KEYWORDS,
  MAX_DEPTH,
  nameKind,
  type Reading,
} from './schema-keywords.ts';
import { emptyNode, type Node } from './schema-node.ts';
import type { Schema } from './schema.ts';

/** Most schemas within the schema of one event. */
const MAX_NODES = 5000;

/** Null when it has errors, which are reported at `place`. */
export function parseSchema(
  written: unknown,
  place: PlanPlace,
  shortTypes: ReadonlyMap<string, string> = new Map(),
): Schema | null {
  const before = place.errors;
  const reader = new SchemaReader(place);
  const root = reader.read(written);
  if (place.errors > before) return null;
  const endless = findEndlessReference([root, ...reader.definitions.values()]);
  if (endless !== null) place.error(endless);
  if (root.never || (root.types !== null && !root.types.includes('object'))) {
    place.at('type').error('must be object: an event has properties');
  }
  if (place.errors > before) return null;
  return { root, definitions: reader.definitions, written, shortTypes };
}

class SchemaReader implements Reading {
  readonly definitions = new Map<string, Node>();
  readonly #root = emptyNode();
  readonly #place: PlanPlace;
  #nodes = 0;

  constructor(place: PlanPlace) {
    this.#place = place;
  }

  read(written: unknown): Node {
    if (isRecord(written) && isRecord(written['$defs'])) {
      for (const name of Object.keys(written['$defs'])) this.definitions.set(name, emptyNode());
    }
    this.#fill(this.#root, written, this.#place, 0);
    return this.#root;
  }

  schema(written: unknown, place: PlanPlace, depth: number): Node {
    const node = emptyNode();
    this.#fill(node, written, place, depth + 1);
    return node;
  }

  define(name: string, written: unknown, place: PlanPlace, depth: number): void {
    const node = this.definitions.get(name);
    if (node === undefined) place.error('must stand at the top of the schema of its event');
    else this.#fill(node, written, place, depth + 1);
  }

  refer(name: string): Node | undefined {
    if (name === '#') return this.#root;
    const key = /^#\/\$defs\/([^/]+)$/.exec(name)?.[1];
    return key === undefined ? undefined : this.definitions.get(decodePointer(key));
  }

  #fill(node: Node, written: unknown, place: PlanPlace, depth: number): void {
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) {
      if (this.#nodes === MAX_NODES + 1) place.error(`is one of more than ${MAX_NODES} schemas`);
      return;
    }
    if (depth > MAX_DEPTH) place.error(`is nested more than ${MAX_DEPTH} deep`);
    else if (typeof written === 'boolean') node.never = !written;
    else if (!isRecord(written)) place.error(`must be a schema, not ${nameKind(written)}`);
    else {
      for (const [keyword, value] of Object.entries(written)) {
        const read = KEYWORDS.get(keyword);
        const at = place.at(keyword);
        if (read !== undefined) read(this, node, value, at, depth);
        else if (!keyword.startsWith('x-')) {
          at.error('is a keyword that plans cannot use', KEYWORD_NAMES);
        }
      }
    }
  }
}
