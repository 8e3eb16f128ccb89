/** What can be followed: one state that many look at, as frames that are made once for all of them. */

/** What followers of one question are given. It holds nothing until somebody listens. */
export interface Channel {
  /** Equal for questions that have equal answers. */
  readonly key: string;
  /** True when who comes is given the whole state, whenever that is: many who come at once may share it. */
  readonly isWhole?: boolean;
  /**
   * What a follower with this id is to get: the whole state without one, else what changed since; undefined: nothing, or
   * nothing yet. `isFirst` for one that has got nothing since it came.
   */
  read(since: string | undefined, isFirst: boolean): Frame | undefined;
  /** Hears of every change from now on. */
  onChange(listener: () => void): Disposable;
  /** Hears that nobody who has this id waits any longer. */
  left?(since: string): void;
}

/** Bytes for a follower, and where it stands when it has them. */
export interface Frame {
  readonly id: string;
  readonly frame: Buffer;
  /** True when the id that was asked for says nothing here, and the frame is the whole state. */
  readonly reset: boolean;
}

/** Opens channels. Rejects, before anything was sent, with what is wrong with the question or the id. */
export interface StreamSource<Query> {
  open(query: Query, resume: string | undefined): Channel | Promise<Channel>;
}
