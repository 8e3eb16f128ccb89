#!/usr/bin/env node
/**
 * Starts the server with enough threads for blocking calls. A CommonJS file, because the loader of ES modules has
 * used the pool before their first line runs, and its size is fixed from then on.
 */
'use strict';
const { existsSync } = require('node:fs');
const path = require('node:path');

// Two queries and a landing hold three of Node's four threads; the journal's fdatasync must never wait for them.
process.env.UV_THREADPOOL_SIZE ??= '8';

const main = path.join(__dirname, '../dist/main.js');
if (existsSync(main)) void import(main);
else {
  process.stderr.write('heartwood: not built yet; run "npm run build"\n');
  process.exitCode = 1;
}
