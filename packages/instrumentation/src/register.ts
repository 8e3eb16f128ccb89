/** The preload: `node --require` or `--import @heartwood/instrumentation/register app.js`, also in NODE_OPTIONS. */
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { isLoaderThread } from './preload/esm-hook.ts';
import type { preload } from './preload/preload.ts';

// Node runs preloads again in its loader thread. There nothing else is to be loaded: it took 110 ms of CPU time.
if (!isLoaderThread()) {
  const file = `./preload/preload${extname(import.meta.url)}`;
  (createRequire(import.meta.url)(file) as { readonly preload: typeof preload }).preload();
}
