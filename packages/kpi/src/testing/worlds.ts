/** How many random worlds an oracle is asked about. */

/** `npm run test:oracle` takes a thousand; each holds a few hundred runs and events. */
export const WORLDS = Number(process.env['HEARTWOOD_WORLDS'] ?? 12);
