/** Stored JSON of attributes and bodies as values of OTLP/JSON, which tell integers from doubles and keep their order. */

/** An AnyValue; `{}` is one without a member. */
export type OtlpValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number | string }
  | { readonly boolValue: boolean }
  | { readonly bytesValue: string }
  | { readonly arrayValue: { readonly values: readonly OtlpValue[] } }
  | { readonly kvlistValue: { readonly values: readonly OtlpAttribute[] } }
  | Readonly<Record<string, never>>;

/** A KeyValue. */
export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

/** The members of a stored object; none where the text is no object. */
export function parseOtlpMembers(json: string): readonly OtlpAttribute[] {
  const read = readValue(createTokens(json));
  return 'members' in read ? toAttributes(read.members) : [];
}

/** A stored value. */
export const toOtlpValue = (json: string): OtlpValue => toValue(readValue(createTokens(json)));

/** Hands out one token after the other. */
type Tokens = () => string;

/** Texts, numbers, words and signs; the receiver wrote the JSON, so nothing else is in it. */
function createTokens(json: string): Tokens {
  const token = /"(?:[^"\\]|\\.)*"|[-\d][\d.eE+-]*|[a-z]+|[{}[\]:,]/gsu;
  return () => token.exec(json)?.[0] ?? '';
}

/** What was read: an object may stand for something else that JSON has no way to say. */
type Read =
  | { readonly members: readonly Member[] }
  | { readonly items: readonly Read[] }
  | { readonly value: OtlpValue };
type Member = readonly [key: string, read: Read];

function readValue(next: Tokens, first: string = next()): Read {
  if (first === '{') return { members: readMembers(next) };
  if (first === '[') return { items: readItems(next) };
  return { value: readScalar(first) };
}

function readScalar(token: string): OtlpValue {
  if (token.startsWith('"')) return { stringValue: JSON.parse(token) as string };
  if (token === 'true' || token === 'false') return { boolValue: token === 'true' };
  if (token === 'null' || token === '') return {};
  return /[.eE]/u.test(token) ? { doubleValue: Number(token) } : { intValue: token };
}

function readMembers(next: Tokens): readonly Member[] {
  const members: Member[] = [];
  for (let token = next(); token !== '}' && token !== ''; token = next()) {
    if (token === ',') continue;
    // The colon.
    next();
    members.push([JSON.parse(token) as string, readValue(next)]);
  }
  return members;
}

function readItems(next: Tokens): readonly Read[] {
  const items: Read[] = [];
  for (let token = next(); token !== ']' && token !== ''; token = next())
    if (token !== ',') items.push(readValue(next, token));
  return items;
}

function toValue(read: Read): OtlpValue {
  if ('value' in read) return read.value;
  if ('items' in read) return { arrayValue: { values: read.items.map(toValue) } };
  const { members } = read;
  const [key, inner] = (members.length === 1 ? members[0] : undefined) ?? [];
  if (inner !== undefined && 'value' in inner && 'stringValue' in inner.value) {
    if (key === '$bytes') return { bytesValue: inner.value.stringValue };
    if (key === '$double') return { doubleValue: inner.value.stringValue };
  }
  const isMap = key === '$map' && inner !== undefined && 'members' in inner;
  return { kvlistValue: { values: toAttributes(isMap ? inner.members : members) } };
}

const toAttributes = (members: readonly Member[]): readonly OtlpAttribute[] =>
  members.map(([key, read]) => ({ key, value: toValue(read) }));
