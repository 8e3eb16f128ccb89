#!/usr/bin/env node
/** Starts the built command line; says what to do when nothing has been built yet. */
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);

if (existsSync(main)) {
  const { start } = await import(main.href);
  await start();
} else {
  process.stderr.write('heartwood: not built yet; run npm run build in the Heartwood folder.\n');
  process.exitCode = 1;
}
