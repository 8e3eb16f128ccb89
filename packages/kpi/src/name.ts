/** Names: an answer that is empty because a name is unknown becomes an error that says so. */
import type { Reader, ReadOptions } from '@heartwood/store';
import { QuestionError, type QuestionErrorCode } from './errors.ts';
import { suggest } from './suggestion.ts';

/** Events that are asked for by name alone, in words. */
export const OWN_EVENTS = 'those that SDKs send of themselves';

/** What has a name. */
export type NameKind =
  | 'feature'
  | 'category'
  | 'component'
  | 'service'
  | 'metric'
  | 'errorType'
  | 'event'
  | 'user'
  | 'session';

/** The names a question mentions, by kind; other members are passed over. */
export type Names = Readonly<Partial<Record<NameKind, string | undefined>>>;

/** Rejects with `…_UNKNOWN` and suggestions when one of the names never occurred; ask it when an answer is empty. */
export async function checkNames(
  reader: Reader,
  names: Names,
  options: ReadOptions = {},
): Promise<void> {
  for (const kind of Object.keys(CODES) as NameKind[]) {
    const name = names[kind];
    if (name === undefined) continue;
    const [row] = await reader.read('name/known', { kind, name }, options);
    if (row?.known !== true) throw await unknownName(reader, kind, name, options);
  }
}

/** The error about a name that never occurred. */
export async function unknownName(
  reader: Reader,
  kind: NameKind,
  name: string,
  options: ReadOptions = {},
): Promise<QuestionError> {
  const isPersonal = kind === 'user' || kind === 'session';
  const known = isPersonal ? [] : await reader.read('name/list', { kind }, options);
  const suggestions = suggest(
    name,
    known.map((row) => row.name),
  );
  // A metric is asked for by its name.
  const parameter = kind === 'metric' ? 'name' : kind;
  return new QuestionError(CODES[kind], parameter, { value: name }, suggestions);
}

const CODES: Readonly<Record<NameKind, QuestionErrorCode>> = {
  feature: 'FEATURE_UNKNOWN',
  category: 'CATEGORY_UNKNOWN',
  component: 'COMPONENT_UNKNOWN',
  service: 'SERVICE_UNKNOWN',
  metric: 'METRIC_UNKNOWN',
  errorType: 'ERROR_TYPE_UNKNOWN',
  event: 'EVENT_UNKNOWN',
  user: 'USER_UNKNOWN',
  session: 'SESSION_UNKNOWN',
};
