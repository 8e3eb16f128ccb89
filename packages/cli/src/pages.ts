/** Lists that come page by page, fetched until somebody has enough. */
import { cliError } from './errors.ts';

/** What a page says of itself and of the next one. */
interface Page {
  readonly data: readonly unknown[];
  readonly meta: {
    readonly from: string;
    readonly to: string;
    readonly nextCursor: string | null;
  };
}

/** The query of a list with pages. */
interface PageQuery {
  readonly since?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly cursor?: string | undefined;
}

/**
 * The pages until the limit or the end. The range stays that of the first page, however long the rest takes. Rejects with
 * `ANSWER_CIRCLES` when a server gives a cursor again.
 */
export async function* readPages<Query extends PageQuery, Answer extends Page>(
  ask: (query: Query & { readonly limit: number }) => Promise<Answer>,
  first: Query,
  limit: number,
): AsyncGenerator<Answer> {
  const seen = new Set<string>();
  let query = first;
  for (let left = limit; ;) {
    const page = await ask({ ...query, limit: Math.min(left, PAGE_LIMIT) });
    yield page;
    left -= page.data.length;
    const { nextCursor, from, to } = page.meta;
    if (nextCursor === null || left <= 0) return;
    if (seen.has(nextCursor)) throw cliError('ANSWER_CIRCLES', { cursor: nextCursor });
    seen.add(nextCursor);
    query = { ...query, since: undefined, from, to, cursor: nextCursor };
  }
}

/** Rows that the API gives at once. */
const PAGE_LIMIT = 1000;
