/** Lets answers that no definition stands behind tell how they came about: hears what runs for them, and says so where that was asked. */
import { explainWindow, toCommand, toFilters, toRan, type Window } from '@heartwood/kpi';
import type { RanStatement, ReadOptions } from '@heartwood/store';
import type { Explain } from '../contract/analytic.ts';
import { ROUTES } from '../contract/routes.ts';
import { toPlainExplain } from './analytic.ts';
import type { Context } from './context.ts';
import { PLAIN_ANSWERS, wordsOf, type Asked, type PlainName } from './plain-answers.ts';

/** What an answer is made of. */
interface Sample {
  readonly unit: string;
  readonly n: number;
}

interface Hearing {
  /** For every question of the answer. */
  readonly options: ReadOptions;
  /** Part of the meta; empty unless it was asked for. */
  readonly explained: (window: Window, sample: Sample) => { explain?: Explain };
}

/** Hears from now on what runs for the answer of a route, where the query says so. */
export function hear(
  { options }: Context,
  name: PlainName,
  query: Asked & { readonly explain: 'true' | 'false' },
  params: Asked = {},
): Hearing {
  if (query.explain === 'false') return { options, explained: () => ({}) };
  const ran: RanStatement[] = [];
  return {
    options: { ...options, onStatement: (statement) => void ran.push(statement) },
    explained: (window, sampleSize) => {
      const { kind, sentence } = PLAIN_ANSWERS[name];
      const asked = toAsked({ ...params, ...query });
      const frame = explainWindow(window);
      const written = { kind, ...asked };
      const explanation = {
        ...frame,
        definition: { kind, id: null, revision: null, source: null, written },
        sentence,
        statements: ran.map(toRan),
        command: toCommand(wordsOf(name, ROUTES[name].path, asked, frame)),
      };
      const filters = toFilters(query);
      return {
        explain: toPlainExplain(explanation, { unit: sampleSize.unit, sampleSize, filters }),
      };
    },
  };
}

/** What was asked, without the range, the page and what is shown besides. */
const toAsked = (given: Asked): Asked =>
  Object.fromEntries(
    Object.entries(given).filter(
      ([parameter, value]) => value !== undefined && !NOT_ASKED.includes(parameter),
    ),
  );

const NOT_ASKED = ['from', 'to', 'since', 'timeZone', 'explain', 'trend', 'recent'];
