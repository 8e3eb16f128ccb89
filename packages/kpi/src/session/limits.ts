/** How long sessions are waited for and looked for. */

/** A session that nothing is heard of for so long is abandoned, or has been left, unless it said that it has ended. */
export const SESSION_SILENCE_MS = 1_800_000;
/** How far before a window records still tell of a session that is met in it. */
export const LOOK_BACK_MS = 7 * 86_400_000;
