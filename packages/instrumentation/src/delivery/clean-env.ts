/** The environment of code of ours that runs in a thread or process of its own. */

/** That of the app, without what would load the app's preloads or write coverage over that of the app. */
export function cleanEnv(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  delete env['NODE_OPTIONS'];
  delete env['NODE_V8_COVERAGE'];
  return env;
}
