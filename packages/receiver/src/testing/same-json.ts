/** Other text of the same OTLP/JSON message: members in another order, white space, escapes, nulls, unknown and overruled members. */
import type { Below } from './same-protobuf.ts';

/** Rewrites a JSON text; what it means stays. */
export function sameJson(text: string, below: Below): string {
  return space(below) + write(JSON.parse(text), below) + space(below);
}

function write(value: unknown, below: Below): string {
  if (typeof value === 'string') return writeText(value, below);
  if (Array.isArray(value))
    return `[${value.map((item) => space(below) + write(item, below) + space(below)).join(',')}]`;
  if (typeof value === 'object' && value !== null) return writeObject(value, below);
  // JSON.stringify writes -0 as 0.
  return Object.is(value, -0) ? '-0.0' : JSON.stringify(value);
}

function writeObject(value: object, below: Below): string {
  const members: string[] = [];
  const names = Object.keys(value);
  for (let left = names.length; left > 0; left--) {
    const [name = ''] = names.splice(below(3) === 0 ? below(left) : 0, 1);
    const given = (value as Record<string, unknown>)[name];
    if (below(8) === 0) members.push(unknownMember(below));
    // Of equal members the last counts, and null is unset.
    if (below(8) === 0) members.push(member(name, 'null', below));
    members.push(member(name, write(given, below), below));
  }
  if (below(8) === 0) members.push(unknownMember(below));
  return `{${members.join(',')}${space(below)}}`;
}

const member = (name: string, text: string, below: Below): string =>
  `${space(below)}${writeText(name, below)}${space(below)}:${space(below)}${text}`;

const unknownMember = (below: Below): string =>
  member(
    ['unknown', '__proto__', 'snake_case_of_nothing', 'Ω', ''][below(5)] ?? '',
    ['null', '17', '-1.5e3', '"x"', '[1,[2,{"a":[]}]]', '{"resourceSpans":[{"a":"]}"}]}', 'true'][
      below(7)
    ] ?? 'null',
    below,
  );

/** A text with some characters as escapes. */
function writeText(text: string, below: Below): string {
  const plain = JSON.stringify(text);
  // Digits of integers are not escaped: no writer does so, and the decoder refuses it.
  if (below(6) !== 0 || /^-?\d+$/.test(text)) return plain;
  let escaped = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (below(2) === 0) escaped += `\\u${unit.toString(16).padStart(4, '0')}`;
    else escaped += JSON.stringify(text.charAt(i)).slice(1, -1);
  }
  return `"${escaped}"`;
}

const SPACES = ['', '', '', '', ' ', '\n', '\t\r\n  '];
const space = (below: Below): string => SPACES[below(SPACES.length)] ?? '';
