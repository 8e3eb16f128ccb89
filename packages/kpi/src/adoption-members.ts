/** Who is counted in a number of adoption. */
import type { AdoptionPart, Answer, MemberRow, Reader, ReadOptions } from '@heartwood/store';
import { findAdoption } from './adoption.ts';
import { readRule } from './adoption-exposure.ts';
import { DEFAULT_RULE, toAdoptionQuestion } from './adoption-rule.ts';
import type { DefinitionSet } from './definition/kinds.ts';
import { QuestionError } from './errors.ts';
import { bucketAt, type MemberPage } from './member.ts';
import { checkNames } from './name.ts';
import type { Window } from './window.ts';

/** Which number, and which page. */
interface AdoptionMemberOptions extends ReadOptions, MemberPage {
  readonly part: AdoptionPart;
  /** Start of a day, as the answer has it; of `tried` and `adopted`. All days without. */
  readonly day?: string | undefined;
}

/** A page of those that a number counts. Rejects an unknown name, and days of what is not counted by day. */
export async function readAdoptionMembers(
  reader: Reader,
  definitions: DefinitionSet,
  window: Window,
  name: string,
  { part, day, asOf, after, limit, ...options }: AdoptionMemberOptions,
): Promise<Answer<MemberRow>> {
  const definition = findAdoption(definitions, name);
  const feature = definition?.feature ?? name;
  if (definition === undefined) await checkNames(reader, { feature }, options);
  const written = definition?.rule ?? DEFAULT_RULE;
  const { rule, asOf: last } = await readRule(
    reader,
    window,
    { feature, rule: written },
    { ...options, asOf },
  );
  const { question, days } = toAdoptionQuestion(window, rule, { feature });
  if (part === 'exposed' && question.exposed === null)
    throw new QuestionError('MEMBER_NUMBER_MISSING', 'part', {
      what: 'another part: who was shown the feature is not known in this range',
    });
  if (day !== undefined && part !== 'tried' && part !== 'adopted')
    throw new QuestionError('MEMBER_NUMBER_MISSING', 'day', {
      what: 'tried or adopted as part, which are counted by day',
    });
  const bucket = day === undefined ? null : bucketAt(days, day, 'day');
  const events = { ...question.events, asOf: last };
  const output = { kind: 'members', cell: { part, bucket, group: null }, after, limit } as const;
  return reader.ask({ ...question, events, output } as const, options);
}
