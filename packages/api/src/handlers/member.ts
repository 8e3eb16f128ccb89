/** Pages of members, as all lists of them are answered. */
import { nsToInstant, sayInstant } from '@heartwood/kpi';
import type { Answer, MemberRow } from '@heartwood/store';
import type { z } from 'zod';
import type { Member, MemberMeta, MemberPageMeta } from '../contract/member.ts';

/** Which page a query asks for. */
export function pageOf({
  asOf,
  limit,
  cursor,
}: {
  readonly asOf?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}): { asOf: bigint | undefined; after: string | undefined; limit: number } {
  return { asOf: asOf === undefined ? undefined : BigInt(asOf), after: cursor, limit };
}

/** A page of members. */
interface MemberPage {
  readonly data: z.output<typeof Member>[];
  readonly meta: z.output<typeof MemberPageMeta>;
}

/** The answer that a page is. */
export function toMemberPage(page: Answer<MemberRow>): MemberPage {
  return {
    data: page.rows.map(({ unit, key, firstTime, lastTime, rows, traceId }) => ({
      unit,
      key,
      firstTime: nsToInstant(firstTime),
      lastTime: nsToInstant(lastTime),
      records: rows,
      traceId,
    })),
    meta: {
      total: page.total,
      truncated: page.truncated,
      nextCursor: page.truncated ? (page.rows.at(-1)?.cursor ?? null) : null,
      asOf: String(page.asOf),
    },
  };
}

/** The same of members of which some may be missing. */
export function toMembers(page: Answer<MemberRow>): MemberPage & {
  readonly meta: z.output<typeof MemberMeta>;
} {
  const { data, meta } = toMemberPage(page);
  const { removedBefore } = page.facts;
  const warnings =
    removedBefore === null
      ? []
      : [
          `Raw data from before ${sayInstant(removedBefore)} is not kept: whoever is known from there alone is not listed.`,
        ];
  return { data, meta: { ...meta, warnings } };
}
