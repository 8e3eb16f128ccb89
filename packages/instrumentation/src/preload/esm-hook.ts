/** Lets the instrumentations see libraries that ES modules import, which needs a hook in Node's module loader. */
import module, { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** True in the thread that runs loader hooks: Node runs `--require` preloads there a second time. */
export function isLoaderThread(): boolean {
  return process.env[SENTINEL] !== undefined;
}

/**
 * Installs the loader hook of import-in-the-middle, the very copy that the instrumentations found from `from` use.
 * In this thread where Node has correct synchronous hooks, else in a loader thread.
 */
export function installEsmHook(from: string): void {
  if ('registerHooks' in module && isWithoutScript()) return;
  const instrumentation = createRequire(from).resolve('@opentelemetry/instrumentation');
  const require = createRequire(instrumentation);
  const sync = synchronousHook(require);
  if (sync !== undefined) {
    sync.register();
    return;
  }
  // The loader thread gets a copy of the environment when it starts, inside register(); workers of the app start
  // later and do not see this.
  process.env[SENTINEL] = '1';
  try {
    const hook = require.resolve('@opentelemetry/instrumentation/hook.mjs');
    module.register(pathToFileURL(hook).href);
  } finally {
    delete process.env[SENTINEL];
  }
}

const SENTINEL = 'HEARTWOOD_LOADER_THREAD';

/** A dependency of @opentelemetry/instrumentation, not of ours. */
const IITM = 'import-in-the-middle';

interface SyncHook {
  register(): void;
}

/** Undefined below Node 22.22.3, 24.11.1 and 25.1, where synchronous hooks are missing or wrong. */
function synchronousHook(require: NodeJS.Require): SyncHook | undefined {
  if (!('registerHooks' in module)) return undefined;
  try {
    const { supportsSyncHooks } = require(`${IITM}/supports-sync-hooks.mjs`) as {
      supportsSyncHooks(this: void): boolean;
    };
    if (!supportsSyncHooks()) return undefined;
    return require(`${IITM}/register-hooks.mjs`) as SyncHook;
  } catch {
    return undefined;
  }
}

/** From Node 22 on the hooks of import-in-the-middle fail in `node -e`, `-p` and at the prompt, at the first module. */
function isWithoutScript(): boolean {
  return process.argv[1] === undefined || process.execArgv.some((word) => EVALS.test(word));
}

const EVALS = /^(?:-[pe]{1,2}|--eval|--print)(?:=|$)/;
