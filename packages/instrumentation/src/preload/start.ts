/** Starts the OpenTelemetry SDK that the app has installed, with automatic instrumentation and our processor. */
import { metrics, ProxyTracerProvider, trace } from '@opentelemetry/api';
import { isMainThread } from 'node:worker_threads';
import { currentConfig, type FeatureConfig } from '../settings/config.ts';
import { install } from '../runtime.ts';
import { directEngineFor } from './direct-engine.ts';
import { installEsmHook } from './esm-hook.ts';
import { FeatureSpanProcessor } from '../delivery/processor.ts';
import { warnOnce } from '../host/report.ts';
import { load, loadLogsApi, loadTraceSdk, resolveFromApp } from './app-modules.ts';
import { createSdkFlush, type Flushable } from './sdk-flush.ts';

/** What a start came to. */
export type Start =
  /** The SDK runs, started by us. `flush` sends what waits in the whole of it, within 2 s. Never rejects. */
  | { readonly kind: 'started'; readonly flush: () => Promise<void> }
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
  const ours = startFromFile === undefined ? toProcessor(process.env) : undefined;
  const processors = ours && withOthers(ours, process.env, sdkPath);
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
  if (!isProviderRegistered() && processors !== undefined) {
    warnOnce(
      'two-apis',
      'nothing is recorded: the app and @heartwood/instrumentation load different copies of ' +
        '@opentelemetry/api. Remedy: npm ls @opentelemetry/api, then keep one version',
    );
  }
  // Another processor has a right to every span; without one the way through the SDK only costs time.
  const isAlone = ours !== undefined && processors?.length === 1;
  if (isAlone) {
    const engine = directEngineFor(ours, config, sdkPath);
    if (engine !== undefined) install({ engine });
  }
  const logs = loadLogsApi(sdkPath)?.logs;
  const flush = createSdkFlush(ours, () => {
    const tracer = trace.getTracerProvider();
    return [
      // What we hold ourselves has been sent.
      isAlone ? undefined : tracer instanceof ProxyTracerProvider ? tracer.getDelegate() : tracer,
      metrics.getMeterProvider(),
      logs?.getLoggerProvider(),
    ] as readonly (Flushable | undefined)[];
  });
  return { kind: 'started', flush };
}

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
 * Our processor in the place of OTLP over HTTP with protobuf, when OTEL_TRACES_EXPORTER asks for that. Undefined when the
 * user chose something else (grpc, JSON, zipkin, none): then the SDK builds its own from the environment.
 */
function toProcessor(env: Env): FeatureSpanProcessor | undefined {
  const protocol =
    env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'] || PROTOBUF;
  const exporters = exportersOf(env);
  const known = exporters.every((name) => name === 'otlp' || name === 'console');
  if (!known || !exporters.includes('otlp') || protocol.trim() !== PROTOBUF) return undefined;
  return new FeatureSpanProcessor({ settings: threadSettings() });
}

/** Our processor and, when OTEL_TRACES_EXPORTER asks for it, that of the console. */
function withOthers(ours: FeatureSpanProcessor, env: Env, sdkPath: string): unknown[] {
  if (!exportersOf(env).includes('console')) return [ours];
  const names = ['SimpleSpanProcessor', 'ConsoleSpanExporter'];
  const sdk = loadTraceSdk(sdkPath, names) as TraceSdkModule | undefined;
  if (sdk === undefined) {
    warnOnce('console', 'OTEL_TRACES_EXPORTER: there is no console exporter in this SDK');
    return [ours];
  }
  return [ours, new sdk.SimpleSpanProcessor({ exporter: new sdk.ConsoleSpanExporter() })];
}

type Env = Readonly<Record<string, string | undefined>>;

function exportersOf(env: Env): string[] {
  return (env['OTEL_TRACES_EXPORTER'] || 'otlp').split(',').map((name) => name.trim());
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
