/** Reads the text of a definition file, YAML or JSON, into plain values that know their lines. */
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Alias, Document, Node, YAMLMap, YAMLSeq } from 'yaml';
import type { Problem, ProblemCode } from './problem.ts';
import { findNestingLine } from './nesting.ts';

/** A file as it was read from a folder or sent. */
export interface DefinitionText {
  readonly name: string;
  readonly text: string;
}

/** Keys from the top of a file to a value. */
export type Path = readonly (string | number)[];

/** A file in plain values. */
export interface DefinitionFile {
  readonly name: string;
  /** Objects have no prototype; undefined in a file that is empty or cannot be read. */
  readonly content: unknown;
  /** Line of the value at a path, of the nearest value around it where there is none, 0 where there are no lines. */
  readonly lineOf: (path: Path) => number;
  readonly problems: readonly Problem[];
}

/** Longest text of a file, in characters. */
const MAX_TEXT = 1024 * 1024;
/** Most values in a file, with what aliases repeat. */
const MAX_VALUES = 100_000;
/** Deepest nesting with what aliases repeat. */
const MAX_DEPTH = 60;
/** Errors of syntax told of one file: what follows the first is often its consequence. */
const MAX_SYNTAX_ERRORS = 5;

/** Reads a file. It never throws: what is wrong with its syntax stands in `problems`. */
export function parseDefinitionFile({ name, text }: DefinitionText): DefinitionFile {
  const problems: Problem[] = [];
  const report = (code: ProblemCode, line: number, message: string): void => {
    const place = { file: name, line, path: '' };
    problems.push({ place, severity: 'error', code, message, suggestions: [] });
  };
  const unreadable = (): DefinitionFile => ({
    name,
    content: undefined,
    lineOf: () => 1,
    problems,
  });
  if (text.length > MAX_TEXT) {
    report('DEFINITION_FILE', 1, `has ${text.length} characters; a file may have ${MAX_TEXT}`);
    return unreadable();
  }
  const nested = findNestingLine(text);
  if (nested !== undefined) {
    report('DEFINITION_SYNTAX', nested, 'is nested too deep or indented too far');
    return unreadable();
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Its own search for equal keys takes the square of their number; ours is below.
    uniqueKeys: false,
  });
  for (const { code, message, pos } of [...document.errors, ...document.warnings].slice(
    0,
    MAX_SYNTAX_ERRORS,
  ))
    report('DEFINITION_SYNTAX', lines.linePos(pos[0]).line, explainSyntax(code, message));
  if (problems.length > 0) return unreadable();
  const reader = new ValueReader(document, lines, (line, message, code = 'DEFINITION_SYNTAX') =>
    report(code, line, message),
  );
  const content = reader.read();
  if (problems.length > 0) return unreadable();
  return { name, content, lineOf: (path) => reader.lineOf(content, path), problems };
}

/** The body of a request in the place of a file: it has no lines. */
export function toDefinitionFile(content: unknown): DefinitionFile {
  return { name: 'request', content, lineOf: () => 0, problems: [] };
}

function explainSyntax(code: string, message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'is indented with a tab; use spaces';
    case 'MULTIPLE_DOCS':
      return 'holds a second document behind ---; make it a file of its own';
    case 'TAG_RESOLVE_FAILED':
      return `has a tag that is not known (${message}); put a text that starts with ! in quotes`;
    default:
      return `cannot be read: ${message}`;
  }
}

interface Lines {
  readonly line: number;
  readonly children: ReadonlyMap<string | number, number>;
}

type Report = (line: number, message: string, code?: ProblemCode) => void;

/** Nodes to values; aliases are repeated within limits. */
class ValueReader {
  readonly #document: Document;
  readonly #counter: LineCounter;
  readonly #report: Report;
  readonly #lines = new WeakMap<object, Lines>();
  readonly #anchors = new Map<string, Node>();
  #values = 0;
  #full = false;

  constructor(document: Document, counter: LineCounter, report: Report) {
    this.#document = document;
    this.#counter = counter;
    this.#report = report;
  }

  read(): unknown {
    const { contents } = this.#document;
    return contents === null ? undefined : this.#value(contents, 0);
  }

  lineOf(root: unknown, path: Path): number {
    let value = root;
    let line = 1;
    for (const key of path) {
      const lines = typeof value === 'object' && value !== null && this.#lines.get(value);
      if (!lines) return line;
      line = lines.children.get(key) ?? lines.line;
      value = (value as Record<string | number, unknown>)[key];
    }
    return line;
  }

  #value(node: unknown, depth: number): unknown {
    if (this.#full) return undefined;
    if (++this.#values > MAX_VALUES || depth > MAX_DEPTH) {
      this.#full = true;
      const reason =
        depth > MAX_DEPTH ? 'is nested too deep' : `holds more than ${MAX_VALUES} values`;
      this.#report(this.#lineOfNode(node), `${reason}, counted with what aliases repeat`);
      return undefined;
    }
    if (isAlias(node)) return this.#repeat(node, depth);
    // In the order of the text, so an alias finds the last one before it.
    if (isNode(node) && 'anchor' in node && node.anchor !== undefined)
      this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#map(node, depth);
    if (isSeq(node)) return this.#list(node, depth);
    return isScalar(node) ? node.value : null;
  }

  #repeat(alias: Alias, depth: number): unknown {
    const node = this.#anchors.get(alias.source);
    if (node !== undefined) return this.#value(node, depth + 1);
    const name = alias.source.slice(0, 100);
    this.#report(this.#lineOfNode(alias), `repeats *${name}, but no &${name} stands before it`);
    return undefined;
  }

  #map(node: YAMLMap, depth: number): object {
    const value: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const children = new Map<string, number>();
    for (const pair of node.items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      const line = this.#lineOfNode(pair.key);
      const earlier = children.get(key);
      if (earlier !== undefined)
        this.#report(
          line,
          `has the key "${key.slice(0, 100)}" a second time; it stands in line ${earlier} already`,
          'DEFINITION_DUPLICATE',
        );
      if (key === '__proto__')
        this.#report(line, 'has the key "__proto__", which nothing is called');
      children.set(key, line);
      value[key] = this.#value(pair.value, depth + 1);
    }
    this.#lines.set(value, { line: this.#lineOfNode(node), children });
    return value;
  }

  #list(node: YAMLSeq, depth: number): readonly unknown[] {
    const children = new Map(node.items.map((item, index) => [index, this.#lineOfNode(item)]));
    const value = node.items.map((item) => this.#value(item, depth + 1));
    this.#lines.set(value, { line: this.#lineOfNode(node), children });
    return value;
  }

  #lineOfNode(node: unknown): number {
    const start = (node as { range?: readonly number[] | null } | null)?.range?.[0] ?? 0;
    return this.#counter.linePos(start).line;
  }
}
