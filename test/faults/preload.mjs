/** Preloaded into a server under test: brings about the fault that `FAULT` describes, in whichever thread its place is. */
import fs from 'node:fs';
import { open } from 'node:fs/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import workerThreads from 'node:worker_threads';

const fault = JSON.parse(process.env.FAULT ?? '{}');
let passes = fault.passes ?? 0;
let happened = false;

if (workerThreads.isMainThread) {
  const { Worker } = workerThreads;
  workerThreads.Worker = class extends Worker {
    constructor(url, options) {
      super(url, { ...options, execArgv: ['--import', import.meta.url] });
    }
  };
  syncBuiltinESMExports();
  if (fault.on === 'writev') hookSync(fs, 'writevSync');
  if (fault.on === 'datasync') {
    const handle = await open(import.meta.filename);
    hook(Object.getPrototypeOf(handle), fault.on, () => true);
    await handle.close();
  }
  syncBuiltinESMExports();
} else if (fault.on === 'run' || fault.on === 'prepare') {
  const { DuckDBConnection } = createRequire(import.meta.url)('@duckdb/node-api');
  const [text, behind] = [fault.text ?? '', fault.behind ?? ''].map((source) => new RegExp(source));
  let isBehind = false;
  hook(DuckDBConnection.prototype, fault.on, ([sql]) => {
    if (sql === 'BEGIN') isBehind = false;
    isBehind ||= behind.test(sql);
    return isBehind && text.test(sql);
  });
}

/** Puts the fault before or behind a call that does not wait. */
function hookSync(target, name) {
  const original = target[name];
  target[name] = function (...args) {
    if (happened || passes-- > 0) return original.apply(this, args);
    happened = true;
    if (fault.when === 'before') bringAbout();
    const result = original.apply(this, args);
    if (fault.when === 'after') bringAbout();
    return result;
  };
}

/** Puts the fault around a method, for calls that `matches` takes. */
function hook(target, name, matches) {
  const original = target[name];
  target[name] = async function (...args) {
    const call = () => original.apply(this, args);
    if (happened || !matches(args) || passes-- > 0) return call();
    happened = true;
    if (fault.when === 'before') bringAbout();
    if (fault.when === 'during') setTimeout(bringAbout, Math.random() * (fault.withinMs ?? 5));
    const result = await call();
    if (fault.when === 'after') bringAbout();
    return result;
  };
}

function bringAbout() {
  if (fault.action === 'fail') throw new Error(fault.message);
  if (fault.action === 'end') process.exit(1);
  process.kill(process.pid, 'SIGKILL');
}
