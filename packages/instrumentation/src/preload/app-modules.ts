/** Loads OpenTelemetry's packages as the app would: its own copies are the ones that its libraries use. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Looks from the app's script, then from its folder, then from here; undefined when it is not installed. */
export function resolveFromApp(name: string): string | undefined {
  const script = process.argv[1];
  const places = [
    ...(script === undefined ? [] : [join(dirname(script), 'app.js')]),
    join(process.cwd(), 'app.js'),
    import.meta.url,
  ];
  for (const place of places) {
    try {
      return createRequire(place).resolve(name);
    } catch {
      continue;
    }
  }
  return undefined;
}

/** Loads a file that was resolved. Throws what it throws. */
export function load(path: string): unknown {
  return createRequire(path)(path) as unknown;
}

/** The trace SDK that the SDK at `sdkPath` uses, if it has all of `names`; its package had another name in early 2.x. */
export function loadTraceSdk(sdkPath: string, names: readonly string[]): unknown {
  return loadFirst(sdkPath, ['@opentelemetry/sdk-trace', '@opentelemetry/sdk-trace-base'], names);
}

/** The module with the logs API that the SDK uses: a package of its own below 3.x. */
export function loadLogsApi(sdkPath: string): { readonly logs: LogsApi } | undefined {
  const packages = ['@opentelemetry/api-logs', '@opentelemetry/api'];
  return loadFirst(sdkPath, packages, ['logs']) as { readonly logs: LogsApi } | undefined;
}

/** What is read of the logs API. */
export interface LogsApi {
  getLoggerProvider(): unknown;
}

function loadFirst(
  sdkPath: string,
  packages: readonly string[],
  names: readonly string[],
): unknown {
  for (const name of packages) {
    try {
      const loaded = createRequire(sdkPath)(name) as Readonly<Record<string, unknown>>;
      if (names.every((each) => loaded[each] !== undefined)) return loaded;
    } catch {
      continue;
    }
  }
  return undefined;
}
