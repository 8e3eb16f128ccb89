/** The engine over the app's own OpenTelemetry SDK: nothing but `@opentelemetry/api`. */
import { SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { SCOPE_NAME, SCOPE_VERSION } from '../version.ts';
import type { Engine } from './engine.ts';

/**
 * Makes each run a span of the registered tracer provider. Times are given explicitly, because the SDK's own start has
 * only milliseconds, and all attributes of the end are set in one call.
 */
export function createSdkEngine(
  tracer: Tracer = trace.getTracer(SCOPE_NAME, SCOPE_VERSION),
): Engine {
  return {
    begin: ({ name, kind, attributes, startTime }, parent) =>
      tracer.startSpan(name, { kind, attributes, startTime }, parent),
    finish(span, { attributes, endTime, failure }) {
      span.setAttributes(attributes);
      if (failure !== undefined) {
        if (failure.exception !== undefined) span.recordException(failure.exception, endTime);
        span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
      }
      span.end(endTime);
    },
  };
}
