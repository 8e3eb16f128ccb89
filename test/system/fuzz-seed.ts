/** Draws the same random cases in every run where `HEARTWOOD_FUZZ_SEED` is set to a whole number; else each run draws its own. */
const seed = process.env['HEARTWOOD_FUZZ_SEED'];
if (seed !== undefined && seed !== '') {
  if (!/^-?\d+$/u.test(seed)) throw new Error(`HEARTWOOD_FUZZ_SEED is no whole number: ${seed}`);
  const { configureGlobal, readConfigureGlobal } = await import('fast-check');
  configureGlobal({ ...readConfigureGlobal(), seed: Number(seed) });
}
