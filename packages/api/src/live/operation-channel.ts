/** One list of operations that some follow: the whole list at first, then what changes of it. */
import { msToInstant, QuestionError, type OperationBoard } from '@heartwood/kpi';
import { RequestError } from '../errors.ts';
import { liveOf, toOperation } from '../handlers/operation-answer.ts';
import type { Channel, Frame } from './channel.ts';
import { toFrame } from './frame.ts';

/** Which operations; of several the worst and then the newest. */
export interface OperationFollow {
  readonly filter: Parameters<OperationBoard['list']>[0];
  readonly limit: number;
}

/** Lists of the last versions that are remembered, for followers who stand there. */
const MOST_LISTS = 8;

export class OperationChannel implements Channel {
  readonly key: string;
  readonly isWhole = true;
  readonly #board: OperationBoard;
  readonly #filter: OperationFollow['filter'];
  readonly #limit: number;
  /** Ids of the list by the version of the board. */
  readonly #lists = new Map<number, ReadonlySet<string>>();

  /** Throws `OPERATIONS_LOADING`, and `STREAM_ID_INVALID` for an id that no board gives. */
  constructor(
    board: OperationBoard,
    { filter, limit }: OperationFollow,
    resume: string | undefined,
  ) {
    if (!board.isLoaded) throw new QuestionError('OPERATIONS_LOADING', 'id');
    if (resume !== undefined && !ID.test(resume))
      throw new RequestError('STREAM_ID_INVALID', { id: resume });
    this.key = `operations ${JSON.stringify([Object.entries(filter).toSorted(byName), limit])}`;
    this.#board = board;
    this.#filter = filter;
    this.#limit = limit;
  }

  read(since: string | undefined): Frame | undefined {
    const { boot, version } = this.#board;
    const id = `${boot}-${String(version)}`;
    if (since === id) return undefined;
    const [, theirs, at = ''] = ID.exec(since ?? '') ?? [];
    const changes = theirs === boot ? this.#changesSince(Number(at), version) : undefined;
    if (changes === undefined) return this.#whole(id, version, since !== undefined);
    const { changed, gone } = changes;
    // The id stands in the last event: whoever has it has all.
    const frames = [
      ...(changed.length === 0
        ? []
        : [toFrame('operation', changed.map(toOperation), gone.length === 0 ? id : undefined)]),
      ...(gone.length === 0 ? [] : [toFrame('gone', gone, id)]),
    ];
    return { id, frame: Buffer.concat(frames), reset: false };
  }

  onChange(listener: () => void): Disposable {
    return this.#board.onChange(listener);
  }

  /** Undefined where it is not known what the follower sees. */
  #changesSince(at: number, version: number): ReturnType<OperationBoard['changedSince']> {
    const ids = this.#lists.get(at);
    // A list that is not full is all that there is.
    if (ids === undefined && this.#list().length >= this.#limit) return undefined;
    const shown = ids === undefined ? undefined : { ids, limit: this.#limit };
    const changes = this.#board.changedSince(at, this.#filter, shown);
    if (changes === undefined) return undefined;
    const now = new Set(ids ?? this.#list().map(({ id }) => id));
    for (const { id } of changes.gone) now.delete(id);
    for (const { id } of changes.changed) now.add(id);
    this.#remember(version, now);
    return changes;
  }

  #whole(id: string, version: number, isReset: boolean): Frame {
    const list = this.#list();
    this.#remember(version, new Set(list.map((one) => one.id)));
    const live = liveOf(this.#board);
    const truncated = list.length >= this.#limit;
    const meta = { at: msToInstant(Date.now()), unit: 'operations', truncated, live };
    const frames = [
      ...(isReset ? [toFrame('reset', {})] : []),
      toFrame('snapshot', { data: list.map(toOperation), meta }, id),
    ];
    return { id, frame: Buffer.concat(frames), reset: isReset };
  }

  #list(): ReturnType<OperationBoard['list']> {
    return this.#board.list(this.#filter, this.#limit);
  }

  #remember(version: number, ids: ReadonlySet<string>): void {
    this.#lists.delete(version);
    this.#lists.set(version, ids);
    for (const oldest of this.#lists.keys()) {
      if (this.#lists.size <= MOST_LISTS) return;
      this.#lists.delete(oldest);
    }
  }
}

/** What tells a board from those of other processes, and its version. */
const ID = /^([\da-f]{12})-(\d{1,15})$/u;

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1;
