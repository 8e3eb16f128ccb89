/** Builds the pages into `dist`: hashed files, nothing inline, no address baked in. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the pages also work behind a proxy that serves them under a path.
  base: './',
  resolve: { conditions: ['@heartwood/source', 'browser', 'module'] },
  oxc: { jsx: { runtime: 'automatic' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The server's policy is default-src 'self', which refuses data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
});
