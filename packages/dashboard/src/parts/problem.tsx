/** A failure, as the server or the network told it: what, code, remedy. */
import { ApiError } from '@heartwood/api/client';
import { CodedError } from '@heartwood/semconv';
import type { ReactNode } from 'react';
import { toVisible } from '../format.ts';
import type { Navigation } from '../navigation.ts';
import { Name } from './name.tsx';

interface ProblemProps {
  readonly error: unknown;
  readonly navigation: Navigation;
  /** Set when older numbers still stand below. */
  readonly banner?: boolean;
}

/** In the place of the page, or as a banner above older numbers. */
export function ProblemNote({ error, navigation, banner = false }: ProblemProps): ReactNode {
  const { code, message, remedy, suggestions } = toProblem(error);
  const filtered = Object.keys(navigation.view.filter).length > 0;
  return (
    <section className={banner ? 'problem banner' : 'problem'} role="alert">
      <h2>{titleOf(code)}</h2>
      <p>{toVisible(message)}</p>
      {remedy !== undefined && <p>{toVisible(remedy)}</p>}
      {code === 'FEATURE_UNKNOWN' && suggestions.length > 0 && (
        <p>
          Did you mean{' '}
          {suggestions.map((name, index) => (
            <span key={name}>
              {index > 0 && ', '}
              <a href={navigation.href({ page: { kind: 'feature', name } })}>
                <Name text={name} />
              </a>
            </span>
          ))}
          ?
        </p>
      )}
      <p className="row">
        {filtered && !banner && (
          <button type="button" onClick={() => navigation.go({ filter: {} })}>
            Clear the filters
          </button>
        )}
        {code === 'FEATURE_UNKNOWN' && (
          <a className="button" href={navigation.href({ page: { kind: 'features' }, filter: {} })}>
            All features
          </a>
        )}
        <code className="code">{code}</code>
      </p>
    </section>
  );
}

function titleOf(code: string): string {
  switch (code) {
    case 'SERVER_UNREACHABLE':
      return 'The server cannot be reached';
    case 'FEATURE_UNKNOWN':
      return 'No such feature';
    case 'TRACE_UNKNOWN':
      return 'No such trace';
    case 'ANSWER_TIMEOUT':
      return 'The answer took too long';
    default:
      return 'The question could not be answered';
  }
}

interface Told {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | undefined;
  readonly suggestions: readonly string[];
}

function toProblem(error: unknown): Told {
  if (error instanceof ApiError) return error;
  const code = error instanceof CodedError ? error.code : 'PAGE_FAILED';
  const message = error instanceof Error ? error.message : String(error);
  return { code, message, remedy: undefined, suggestions: [] };
}
