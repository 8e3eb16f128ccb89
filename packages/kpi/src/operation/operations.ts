/** Operations that are asked for: those under way from memory, then those that are over as they were kept. */
import type { QueryRow, Reader, ReadOptions } from '@heartwood/store';
import { QuestionError } from '../errors.ts';
import { checkNames } from '../name.ts';
import { toNs, type Window } from '../window.ts';
import type { OperationBoard } from './board.ts';
import type { OperationFilter } from './filter.ts';
import type { Health } from './health.ts';
import { toKeptReport, type OperationReport, type OperationStateWord } from './report.ts';

/** Narrows operations; all that is given must hold. */
export interface OperationQuestion {
  readonly feature?: string | undefined;
  readonly service?: string | undefined;
  readonly component?: string | undefined;
  readonly parent?: string | undefined;
  readonly health?: Health | undefined;
  readonly state?: OperationStateWord | undefined;
  readonly status?: string | undefined;
}

export interface OperationPageOptions extends ReadOptions {
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly nowMs: number;
}

export interface OperationPage {
  readonly rows: readonly OperationReport[];
  readonly nextCursor: string | null;
  readonly warnings: string[];
}

/**
 * A page of operations: on the first one all that are under way, the worst first, then those that began in the window and
 * are over, the last to be heard of first. Throws `OPERATIONS_LOADING` until the board knows what was under way, and
 * `SERVICE_UNKNOWN` where there are none of a service that never sent anything.
 */
export async function readOperations(
  reader: Reader,
  board: OperationBoard | undefined,
  window: Window,
  question: OperationQuestion,
  options: OperationPageOptions,
): Promise<OperationPage> {
  const page = await readPage(reader, board, window, question, options);
  const { service } = question;
  if (page.rows.length > 0 || service === undefined) return page;
  // What was heard of a service a moment ago has not landed yet.
  const isHeardOf = board?.list({ service }, 1).length === 1;
  const { limit: _limit, cursor: _cursor, nowMs: _nowMs, ...rest } = options;
  if (!isHeardOf) await checkNames(reader, { service }, rest);
  return page;
}

async function readPage(
  reader: Reader,
  board: OperationBoard | undefined,
  window: Window,
  question: OperationQuestion,
  options: OperationPageOptions,
): Promise<OperationPage> {
  const { limit, cursor, nowMs } = options;
  const loaded = loadedOf(board);
  const hasKept =
    question.health === undefined && question.state !== 'running' && question.state !== 'paused';
  const unchecked = await uncheckedWarnings(loaded, options, hasKept);
  const live = cursor === undefined ? liveOf(loaded, window, question, limit) : [];
  const room = limit - live.length;
  if (!hasKept) {
    const warnings = [...unchecked, ...limitWarnings(live, limit)];
    return { rows: live, nextCursor: null, warnings };
  }
  if (room === 0) return { rows: live, nextCursor: NEWEST, warnings: limitWarnings(live, limit) };
  const kept = await readKept(reader, window, question, options, room);
  const listed = new Set(live.map(({ id }) => id));
  // What is pending stands on the first page, and may have been kept since.
  const shown = kept.filter(({ id }) => !listed.has(id) && loaded?.isPending(id) !== true);
  // Those that are still in memory know more: parts of theirs may be under way, or not be counted in the row yet.
  const over = shown.flatMap(
    (row) => loaded?.get(row.id) ?? toKeptReport(row, row.outcome, nowMs) ?? [],
  );
  const last = kept.at(-1);
  return {
    rows: [...live, ...over],
    nextCursor: last === undefined || kept.length < room ? null : last.lastSeq,
    warnings: unreadWarnings(shown.length - over.length),
  };
}

/** One operation with all that is known of it. Throws `OPERATION_UNKNOWN`, `OPERATIONS_LOADING`. */
export async function readOperation(
  reader: Reader,
  board: OperationBoard | undefined,
  id: string,
  { nowMs, ...options }: ReadOptions & { readonly nowMs: number },
): Promise<OperationReport> {
  const loaded = loadedOf(board);
  await loaded?.checkOne(id, options.signal);
  const live = loaded?.get(id);
  if (live !== undefined) return live;
  const [kept] = await reader.read('operation/closed', { ids: [id] }, options);
  const report = kept && toKeptReport(kept, kept.outcome, nowMs);
  if (report === undefined) throw new QuestionError('OPERATION_UNKNOWN', 'id', { value: id });
  return report;
}

/** Where a first page ends that had no room for any that are over. */
const NEWEST = '9'.repeat(18);

function loadedOf(board: OperationBoard | undefined): OperationBoard | undefined {
  if (board?.isLoaded === false) throw new QuestionError('OPERATIONS_LOADING', 'id');
  return board;
}

/** Has the store asked about what the board has heard; where memory alone can answer, it does so without the store too. */
async function uncheckedWarnings(
  board: OperationBoard | undefined,
  { signal }: ReadOptions,
  isStoreNeeded: boolean,
): Promise<string[]> {
  try {
    await board?.check(signal);
    return [];
  } catch (error) {
    if (isStoreNeeded || signal?.aborted === true) throw error;
    return ['Some of these may be over: the store could not be asked about all of them.'];
  }
}

function liveOf(
  board: OperationBoard | undefined,
  window: Window,
  { health, state, status, ...named }: OperationQuestion,
  limit: number,
): OperationReport[] {
  const filter: OperationFilter = {
    ...named,
    health: health && [health],
    state: state && [state],
    status: status === undefined ? undefined : [status],
  };
  return board?.pending(filter, window, limit) ?? [];
}

const limitWarnings = (live: readonly OperationReport[], limit: number): string[] =>
  live.length < limit
    ? []
    : ['More may be under way than these: narrow the question, or raise the limit up to 1,000.'];

const unreadWarnings = (count: number): string[] =>
  count === 0
    ? []
    : [
        `Not shown: ${String(count)} that another version of the server kept in a way that this one does not read.`,
      ];

function readKept(
  reader: Reader,
  window: Window,
  { feature, service, component, parent, state, status }: OperationQuestion,
  { limit: _limit, cursor, nowMs: _nowMs, ...options }: OperationPageOptions,
  room: number,
): Promise<readonly QueryRow<'operation/list'>[]> {
  return reader.read(
    'operation/list',
    {
      ...toNs(window),
      feature,
      service,
      component,
      parent,
      outcome: status,
      isLost: state === undefined ? undefined : state === 'lost',
      before: cursor === undefined ? undefined : BigInt(cursor),
      limit: room,
    },
    options,
  );
}
