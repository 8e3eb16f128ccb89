/** What a person in a terminal reads when a question cannot be answered: commands to type, no paths of the API. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../packages/api/src/client.ts';
import { RequestError, type RequestErrorCode } from '../packages/api/src/errors.ts';
import { toProblem } from '../packages/api/src/problem.ts';
import { CATALOG } from '../packages/cli/src/catalog.ts';
import { complaint } from '../packages/cli/src/complaint.ts';
import { isServerCommand } from '../packages/cli/src/server-command.ts';
import { QuestionError, type QuestionErrorCode } from '../packages/kpi/src/errors.ts';
import { CodedError } from '../packages/semconv/src/index.ts';
import { errorCodes } from './docs/reference.ts';

/** Every error that the API can answer: of a request, of a question, of the store, and what nobody foresaw. */
const ERRORS: readonly (readonly [string, Error])[] = [
  ...errorCodes('api').map((code) => [code, new RequestError(code as RequestErrorCode)] as const),
  ...errorCodes('kpi').map(
    (code) => [code, new QuestionError(code as QuestionErrorCode, 'any')] as const,
  ),
  ...errorCodes('store').flatMap((code) =>
    [true, false].map(
      (retryable) =>
        [`${code} ${String(retryable)}`, new CodedError(code, 'Odd.', retryable)] as const,
    ),
  ),
  ['INTERNAL', new Error('odd')],
  ['URIError', new URIError('odd')],
];

const TERMINAL = {
  env: {},
  dataSeen: false,
  notesSeen: false,
  columns: 100,
  write: async () => await Promise.resolve(),
  tell: () => undefined,
};

const seen = (error: Error, suggestions: readonly string[] = []): string => {
  const problem = toProblem(error);
  return complaint(
    new ApiError(problem.status, { ...problem, suggestions: [...suggestions] }),
    TERMINAL,
  );
};

const COMMANDS = new Set(CATALOG.flatMap(({ words, alias = '' }) => [words.join(' '), alias]));

describe('what helps, as a terminal shows it', () => {
  test('is looked at for every error', () => {
    expect(ERRORS.length).toBeGreaterThan(60);
  });

  test.each(ERRORS)('names no path: %s', (_code, error) => {
    expect(seen(error)).not.toMatch(/\/api\/|\/docs|Bearer/u);
  });

  test.each(ERRORS)('names only commands that exist: %s', (_code, error) => {
    const named = [...seen(error).matchAll(/heartwood ([a-z]+ [a-z]+)/gu)].map(
      ([, words]) => words,
    );
    expect(named.filter((words) => words !== undefined && !COMMANDS.has(words))).toEqual([]);
  });

  test.each(ERRORS)('is more than a look at the server: %s', (code, error) => {
    // Nothing of these two is asked for by a command of its own.
    const isOfApi = ['LOG_UNKNOWN', 'CHECK_UNKNOWN'].includes(code);
    expect(seen(error).includes('looks at the server')).toBe(isOfApi);
  });

  test('names what can be explained as the command takes it', () => {
    const error = new RequestError('EXPLAIN_UNKNOWN', { path: 'feature' });
    expect(seen(error, ['/api/v1/features', '/api/v1/features/{name}'])).toContain(
      'Did you mean "features" or "features/{name}"?',
    );
  });

  test('sends whoever is told a path that has no command yet to look at the server', () => {
    const error = new ApiError(404, {
      code: 'LATER_UNKNOWN',
      detail: 'No later "x".',
      remedy: 'Check the name at /api/v1/later.',
    });
    expect(complaint(error, TERMINAL)).toBe(
      'heartwood: No later "x".\n  heartwood debug health looks at the server, and at the way to it.\n',
    );
  });
});

/** What to do about an error or a check of health is said in words that the API and all that show it hand on as they are. */
describe('what the numbers advise', () => {
  const folder = path.join(import.meta.dirname, '../packages/kpi/src');
  const named = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => readFileSync(path.join(folder, file), 'utf8').split('\n'))
    .flatMap((line) => [...line.matchAll(/\bheartwood ([a-z]+)(?: ([a-z]+))?/gu)])
    .map(([, noun = '', verb = '']) => ({ noun, verb }));

  test('names commands', () => {
    expect(named.length).toBeGreaterThan(10);
  });

  test('names only commands that exist', () => {
    const unknown = named.filter(
      ({ noun, verb }) => !COMMANDS.has(`${noun} ${verb}`.trim()) && !isServerCommand(noun),
    );
    expect(unknown).toEqual([]);
  });
});
