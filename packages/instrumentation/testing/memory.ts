/** A tracer provider whose spans end up in an array: what tests of runs look at. */
import {
  context,
  ROOT_CONTEXT,
  trace,
  type Context,
  type ContextManager,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { AsyncLocalStorage } from 'node:async_hooks';

/** Registers the provider for this test file; `take` gives the spans ended since the last call. */
export function registerMemory(): { take(): ReadableSpan[] } {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'test' }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(createContextManager());
  return {
    take() {
      const spans = exporter.getFinishedSpans();
      exporter.reset();
      return spans;
    },
  };
}

function createContextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (ctx, fn, thisArg, ...args) =>
      storage.run(ctx, () => fn.apply(thisArg as ThisParameterType<typeof fn>, args)),
    bind: (ctx, target) =>
      typeof target === 'function'
        ? (((...args: unknown[]) =>
            storage.run(
              ctx,
              () => Reflect.apply(target, undefined, args) as unknown,
            )) as typeof target)
        : target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}
