/** Starts the OpenTelemetry SDK that the app has installed, with automatic instrumentation and our processor. */
import { metrics, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { currentConfig, type FeatureConfig } from '../settings/config.ts';
import { install } from '../runtime.ts';
import { directEngineFor } from './direct-engine.ts';
import { installEsmHook } from './esm-hook.ts';
import { flushAll, LONGEST_EXIT_MS } from '../host/exit.ts';
import { toEndpoint } from '../delivery/endpoint.ts';
import { isListening } from '../delivery/listening.ts';
import { FeatureSpanProcessor } from '../delivery/processor.ts';
import { warnOnce } from '../host/report.ts';

/** What a start came to. */
export type Start =
  /** The SDK runs, started by us. */
  | { readonly kind: 'started' }
  /** Somebody else had started one; features go there. */
  | { readonly kind: 'attached' }
  /** There is no SDK; features cost next to nothing and go nowhere. */
  | { readonly kind: 'missing' };

/** Starts the SDK. Throws what the SDK throws. */
export function startSdk(config: FeatureConfig): Start {
  if (isProviderRegistered()) return { kind: 'attached' };
  const sdkPath = resolveFromApp('@opentelemetry/sdk-node');
  if (sdkPath === undefined) {
    warnOnce(
      'no-sdk',
      'nothing is recorded: @opentelemetry/sdk-node is not installed. Remedy: npm install ' +
        '@opentelemetry/api @opentelemetry/sdk-node @opentelemetry/auto-instrumentations-node',
    );
    return { kind: 'missing' };
  }
  const autoPath = resolveFromApp('@opentelemetry/auto-instrumentations-node');
  if (autoPath === undefined) {
    warnOnce(
      'no-auto',
      'only features are recorded, not HTTP, Express or fetch. ' +
        'Remedy: npm install @opentelemetry/auto-instrumentations-node',
    );
  }
  const sdk = load(sdkPath) as SdkModule;
  const startFromFile = fileStarter(sdk);
  const processors = startFromFile === undefined ? toProcessors(process.env, sdkPath) : undefined;
  withEndpoint(config, () => {
    const auto = autoPath === undefined ? undefined : (load(autoPath) as AutoModule);
    if (autoPath !== undefined && config.esmHook) installEsmHook(autoPath);
    const instrumentations = auto?.getNodeAutoInstrumentations() ?? [];
    if (startFromFile !== undefined) {
      startFromFile({ instrumentations });
      return;
    }
    const started = new sdk.NodeSDK({
      instrumentations,
      // Without a word from the user: no cloud detectors, they ask the network at every start.
      ...(process.env['OTEL_NODE_RESOURCE_DETECTORS'] && auto !== undefined
        ? { resourceDetectors: auto.getResourceDetectors() }
        : {}),
      ...(processors === undefined ? {} : { spanProcessors: processors }),
    });
    started.start();
  });
  logs = logsApi(sdkPath);
  if (!isProviderRegistered() && processors !== undefined) {
    warnOnce(
      'two-apis',
      'nothing is recorded: the app and @heartwood/instrumentation load different copies of ' +
        '@opentelemetry/api. Remedy: npm ls @opentelemetry/api, then keep one version',
    );
  }
  // Another processor has a right to every span; without one the way through the SDK only costs time.
  if (ours !== undefined && processors?.length === 1) {
    const engine = directEngineFor(ours, config, sdkPath);
    if (engine !== undefined) install({ engine });
  }
  return { kind: 'started' };
}

/**
 * Sends what waits in the whole SDK: spans, then metrics and logs. Within 2 s, never rejects. Nothing is shut down,
 * because an app may still work in its own answer to `beforeExit`.
 */
export async function flushSdk(): Promise<void> {
  await flushAll();
  // Exporters of metrics and logs hold the process for 8 s when nobody answers: only where somebody does.
  const spans = ours?.stats();
  if (spans !== undefined && (spans.queued > 0 || spans.spooled > 0)) return;
  if (spans?.exported === 0 && !(await isListening(toEndpoint(currentConfig(), 'metrics').url))) {
    return;
  }
  const tracer = trace.getTracerProvider();
  const providers = [
    tracer instanceof ProxyTracerProvider ? tracer.getDelegate() : tracer,
    metrics.getMeterProvider(),
    logs?.getLoggerProvider(),
  ] as readonly Flushable[];
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LONGEST_EXIT_MS);
  });
  const flushes = providers.map(async (provider) => {
    const real = provider?.getDelegate?.() ?? provider;
    await real?.forceFlush?.();
  });
  await Promise.race([Promise.allSettled(flushes), timeout]);
  clearTimeout(timer);
}

/** Spans taken so far: tells whether anything happened since the last flush. */
export function receivedSpans(): number {
  return ours?.stats().received ?? 0;
}

/** What the providers of the SDK have and the API does not name. */
type Flushable = { getDelegate?: () => Flushable; forceFlush?: () => Promise<void> } | undefined;

let logs: { getLoggerProvider(): unknown } | undefined;

let ours: FeatureSpanProcessor | undefined;

interface SdkModule {
  readonly NodeSDK: new (options: object) => { start(): void };
  /** Of the 2.x and of the 3.x line. */
  readonly startNodeSDK?: (options: object) => unknown;
  readonly startNodeSdk?: (options: object) => unknown;
}

interface AutoModule {
  getNodeAutoInstrumentations(): unknown[];
  getResourceDetectors(): unknown[];
}

interface TraceSdkModule {
  readonly SimpleSpanProcessor: new (options: { exporter: unknown }) => unknown;
  readonly ConsoleSpanExporter: new () => unknown;
}

/** The no-op provider is one object per copy of the API: while a fresh proxy and the global one share it, none is set. */
function isProviderRegistered(): boolean {
  const provider = trace.getTracerProvider();
  return !(
    provider instanceof ProxyTracerProvider &&
    provider.getDelegate() === new ProxyTracerProvider().getDelegate()
  );
}

/** What starts the SDK with the processors of OTEL_CONFIG_FILE and no other, when there is such a file. */
function fileStarter(sdk: SdkModule): ((options: object) => unknown) | undefined {
  if (!process.env['OTEL_CONFIG_FILE']?.trim()) return undefined;
  const start = sdk.startNodeSdk ?? sdk.startNodeSDK;
  if (start === undefined) {
    warnOnce(
      'config-file',
      'OTEL_CONFIG_FILE is not read by this version of @opentelemetry/sdk-node; the other OTEL_* variables are. ' +
        'Remedy: version 0.223 or newer',
    );
  }
  return start;
}

/**
 * The processors that OTEL_TRACES_EXPORTER asks for, with ours in the place of OTLP over HTTP with protobuf. Undefined
 * when the user chose something else (grpc, JSON, zipkin, none): then the SDK builds its own from the environment.
 */
function toProcessors(
  env: Readonly<Record<string, string | undefined>>,
  sdkPath: string,
): unknown[] | undefined {
  const exporters = (env['OTEL_TRACES_EXPORTER'] || 'otlp').split(',').map((name) => name.trim());
  const protocol =
    env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'] || PROTOBUF;
  const known = exporters.every((name) => name === 'otlp' || name === 'console');
  if (!known || !exporters.includes('otlp') || protocol.trim() !== PROTOBUF) return undefined;
  ours = new FeatureSpanProcessor({ settings: threadSettings() });
  if (!exporters.includes('console')) return [ours];
  const sdk = load(createRequire(sdkPath).resolve('@opentelemetry/sdk-trace')) as TraceSdkModule;
  return [ours, new sdk.SimpleSpanProcessor({ exporter: new sdk.ConsoleSpanExporter() })];
}

const PROTOBUF = 'http/protobuf';

/** A worker may be terminated at any moment, and then loses what it has not sent. */
function threadSettings(): Partial<FeatureConfig> {
  const { delayMs } = currentConfig();
  const isDefault = (process.env['OTEL_BSP_SCHEDULE_DELAY'] ?? '').trim() === '';
  return isMainThread || !isDefault ? {} : { delayMs: Math.min(delayMs, WORKER_DELAY_MS) };
}

const WORKER_DELAY_MS = 250;

/** Exporters of metrics and logs read OTEL_EXPORTER_OTLP_ENDPOINT when they are made: ours stands in for that moment. */
function withEndpoint(config: FeatureConfig, make: () => void): void {
  const name = 'OTEL_EXPORTER_OTLP_ENDPOINT';
  if (process.env[name] || !process.env['HEARTWOOD_OTLP_ENDPOINT']) {
    make();
    return;
  }
  process.env[name] = config.endpoint;
  try {
    make();
  } finally {
    delete process.env[name];
  }
}

/** From the app's script, then its folder, then from here: the app's copy is the one its libraries use. */
function resolveFromApp(name: string): string | undefined {
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

/** The logs API that the SDK uses: a package of its own below 3.x. */
function logsApi(sdkPath: string): typeof logs {
  for (const name of ['@opentelemetry/api-logs', '@opentelemetry/api']) {
    try {
      const api = createRequire(sdkPath)(name) as { logs?: typeof logs };
      if (api.logs !== undefined) return api.logs;
    } catch {
      continue;
    }
  }
  return undefined;
}

function load(path: string): unknown {
  return createRequire(path)(path) as unknown;
}
