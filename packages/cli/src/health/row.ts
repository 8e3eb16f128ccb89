/** Results of checks of health that are made where the command line runs, in the shape that the server's have. */
import type { AnswerOf } from '@heartwood/api/client';

export type HealthRow = AnswerOf<'/api/v1/health'>['data'][number];
export type HealthResult = HealthRow['result'];

/** What a check says, without its name. */
export type Finding = Omit<HealthRow, 'id' | 'group' | 'title' | 'tookMs'>;

/** A check of this side, by name. */
export interface HereCheck {
  readonly id: string;
  readonly title: string;
}

/** Names the finding. */
export const toRow = (check: HereCheck, finding: Finding, tookMs = 0): HealthRow => ({
  id: check.id,
  group: 'here',
  title: check.title,
  ...finding,
  tookMs,
});

type Evidence = Record<string, unknown>;

export const pass = (message: string, evidence: Evidence = {}): Finding => ({
  result: 'pass',
  message,
  evidence,
  remedy: null,
});

/** Anything but well, and what to do about it. */
export const trouble = (
  result: 'unknown' | 'warn' | 'fail',
  message: string,
  remedy: string | null,
  evidence: Evidence = {},
): Finding => ({ result, message, evidence, remedy });

/** The worst of all results; `pass` of none. */
export const worstOf = (rows: readonly HealthRow[]): HealthResult =>
  ORDER.findLast((result) => rows.some((row) => row.result === result)) ?? 'pass';

const ORDER = ['pass', 'unknown', 'warn', 'fail'] as const satisfies readonly HealthResult[];
