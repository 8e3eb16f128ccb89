/** Server-sent events as bytes (HTML Standard, section 9.2: server-sent events). */

/** How long a follower should wait before it comes back, then an empty line. */
export const FIRST_FRAME: Buffer = Buffer.from('retry: 2000\n\n');

/** Says nothing, and shows that the connection is alive. */
export const COMMENT_FRAME: Buffer = Buffer.from(':\n\n');

/** One event. Its data are JSON, which has no line end outside of escapes. */
export const toFrame = (event: string, data: unknown, id?: string): Buffer =>
  Buffer.from(
    `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`,
  );
