/** How many random worlds an oracle is asked about. */

/** `npm run test:oracle` takes a thousand, or what HEARTWOOD_WORLDS says; each holds a few hundred runs and events. */
export const WORLDS = Number(process.env['HEARTWOOD_WORLDS'] ?? 12);

/** How long a test over all of them may take: on a busy machine a world takes seconds. */
export const WORLDS_MS: number = Math.max(600_000, WORLDS * 10_000);
