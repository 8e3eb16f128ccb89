/** How the members of the attributes of runs are cut apart and found again: what upkeep writes into a filter and what a search looks for there. */

/**
 * The members of a JSON object without spaces, SQL: `a":1` of `{"a":1}`. A comma before a quote is between two members or two
 * texts of a list, or the last character of a text; in all others the quote has a backslash. So each member of the object is
 * a piece, but one whose text ends with a comma.
 */
export const piecesSql = (attributes: string): string => `string_split(${attributes}[3:-2], ',"')`;

/** True of JSON where a member may be written otherwise than {@link toPieces} expects, SQL. */
export const strangeSql = (attributes: string): string =>
  `(NOT starts_with(${attributes}, '{"') AND ${attributes} <> '{}'
  OR ends_with(${attributes}, ' }')
  OR ${[`\\/`, `\\u00`, `": `, `" :`, ', "', '\t', '\n', '\r']
    .map((part) => `contains(${attributes}, ${sqlText(part)})`)
    .join(' OR ')})`;

/** The pieces of which a row has one if an attribute of it has this text; undefined where that may be written in further ways. */
export function toPieces(keys: readonly string[], text: string): string[] | undefined {
  if (![...keys, text].every(isPlain) || isOtherwise(text)) return undefined;
  const values = [`"${text}"`, text, ...(text === '0' ? ['-0'] : [])];
  return keys.flatMap((key) => values.map((value) => `${key}":${value}`));
}

/** Never escaped where {@link strangeSql} is false, nor cut in two. */
const isPlain = (text: string): boolean => /^[ !#-[\]-~]*$/u.test(text) && !text.endsWith(',');

/** A number that is no integer may have other digits, and a list or an object spaces. */
const isOtherwise = (text: string): boolean =>
  /^(?:-?\d[\d.eE+-]*$|[[{])/u.test(text) && !/^-?\d+$/u.test(text);

const sqlText = (text: string): string => `'${text}'`;
