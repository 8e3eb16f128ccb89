/**
 * Finds text that is nested so deep that the YAML parser, which calls itself for each level, would exhaust the stack:
 * V8 may then end the process instead of throwing.
 */
import { Lexer } from 'yaml';

/** Deepest brackets. */
const MAX_FLOW = 50;
/** Widest indentation outside of brackets: a level takes at least a column. */
const MAX_INDENT = 100;
/** Most indicators (`-`, `?`, `:`, anchors and tags) in a row, each of which may be a level. */
const MAX_INDICATORS = 20;

/** Comes before a plain or block scalar, whose text may begin with anything. */
const SCALAR = '\u001F';
const INDICATORS: ReadonlySet<string> = new Set(['-', '?', ':', '&', '!']);

/** The first line that is nested too deep; undefined when none is. Reads tokens only, in one pass. */
export function findNestingLine(text: string): number | undefined {
  let line = 1;
  let flow = 0;
  let indicators = 0;
  let atStart = true;
  let isText = false;
  for (const token of new Lexer().lex(text)) {
    const first = isText ? '' : (token[0] ?? '');
    isText = token === SCALAR;
    if (first === '[' || first === '{') flow++;
    else if (first === ']' || first === '}') flow = Math.max(0, flow - 1);
    if (INDICATORS.has(first)) indicators++;
    else if (first === ',' || (flow === 0 && first === '\n')) indicators = 0;
    const indented = atStart && flow === 0 && first === ' ' && token.length > MAX_INDENT;
    if (flow > MAX_FLOW || indicators > MAX_INDICATORS || indented) return line;
    if (token.includes('\n')) line += token.split('\n').length - 1;
    atStart = token.endsWith('\n');
  }
  return undefined;
}
