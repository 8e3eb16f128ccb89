/** Errors to RFC 9457 problems; the status stands beside the text of each error. */
import { DefinitionError, QuestionError, type Problem as WrongDefinition } from '@heartwood/kpi';
import { CodedError } from '@heartwood/semconv';
import type { Problem } from './contract/answer.ts';
import type { DefinitionProblem } from './contract/definition-problem.ts';
import { RequestError } from './errors.ts';

/** Media type of a problem. */
export const PROBLEM_TYPE = 'application/problem+json';

/** The problem that an error is to a caller. What nobody foresaw becomes `INTERNAL` and says nothing of its cause. */
export function toProblem(error: unknown): Problem {
  if (error instanceof DefinitionError)
    return {
      ...fromParts(error.status, error),
      problems: error.problems.slice(0, MOST_PROBLEMS).map(toDefinitionProblem),
    };
  if (error instanceof QuestionError || error instanceof RequestError)
    return fromParts(error.status, error);
  if (error instanceof URIError) return toProblem(new RequestError('PATH_INVALID'));
  if (error instanceof CodedError && error.code === 'STORE_QUERY_TIMEOUT')
    return fromParts(503, { code: error.code, ...TOO_SLOW });
  if (error instanceof CodedError && error.code === 'STORE_BUSY')
    return fromParts(429, { code: error.code, ...CROWDED });
  if (error instanceof CodedError && error.code === 'STORE_QUERY_TOO_LARGE')
    return fromParts(422, { code: error.code, ...TOO_LARGE });
  if (error instanceof CodedError && error.code === 'STORE_ANSWER_TOO_LARGE')
    return fromParts(422, { code: error.code, ...TOO_MANY_NUMBERS });
  if (error instanceof CodedError && error.code === 'STORE_QUESTION_INVALID')
    return fromParts(422, { code: error.code, detail: error.message, ...NOT_ASKABLE });
  if (error instanceof CodedError && error.retryable)
    return fromParts(503, { code: error.code, ...BUSY });
  return fromParts(500, { code: 'INTERNAL', ...UNFORESEEN });
}

/** A whole folder may be wrong; an answer stays one that people read. */
const MOST_PROBLEMS = 100;

/** What is wrong with a definition, as the contract has it. */
export const toDefinitionProblem = ({
  place,
  suggestions,
  ...problem
}: WrongDefinition): DefinitionProblem => ({
  ...problem,
  place: { ...place },
  suggestions: [...suggestions],
});

/** Seconds after which the caller may try again; undefined when it would not help. */
export function retryAfterSeconds({ status, code }: Problem): number | undefined {
  if (status === 429) return code === 'STORE_BUSY' ? 2 : 10;
  if (status !== 503) return undefined;
  if (code === 'STREAM_FULL') return 5;
  return code === 'STORE_QUERY_TIMEOUT' || code === 'FILES_FULL' ? 10 : 2;
}

const TOO_SLOW = {
  detail: 'The question took longer than the server allows and was stopped.',
  remedy: 'Ask for a shorter range or fewer rows, or try again when the server is less busy.',
};
const CROWDED = {
  detail: 'Too many questions wait for their answers already.',
  remedy: 'Try again in a few seconds, or ask for less at once.',
};
const TOO_LARGE = {
  detail: 'The question needs more memory than the server gives one.',
  remedy: 'Ask for a shorter range or fewer groups, or raise HEARTWOOD_MEMORY_MB.',
};
const TOO_MANY_NUMBERS = {
  detail: 'The answer would have more than 10,000 numbers.',
  remedy: 'Ask for fewer groups (top), longer buckets or periods, or a shorter range.',
};
const NOT_ASKABLE = { remedy: 'Ask for what stands in the documentation of this route.' };
const BUSY = {
  detail: 'The store cannot answer at the moment.',
  remedy: 'Try again in a few seconds.',
};
const UNFORESEEN = {
  detail: 'The server failed in a way it should not have.',
  remedy: 'The cause stands in the log of the server; please report it.',
};

interface Parts {
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
  readonly parameter?: string | undefined;
  readonly suggestions?: readonly string[] | undefined;
}

function fromParts(status: number, parts: Parts): Problem {
  const { code, detail, remedy, parameter, suggestions = [] } = parts;
  return {
    type: `urn:heartwood:problem:${code}`,
    title: toTitle(code),
    status,
    code,
    detail,
    remedy,
    ...(parameter === undefined ? {} : { parameter }),
    ...(suggestions.length === 0 ? {} : { suggestions: [...suggestions] }),
  };
}

const toTitle = (code: string): string =>
  code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' ');
