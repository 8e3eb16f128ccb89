/** The engine over the app's own OpenTelemetry SDK: nothing but `@opentelemetry/api`. */
import { SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { ATTR_FEATURE_EFFICIENCY } from '@heartwood/semconv';
import { SCOPE_NAME, SCOPE_VERSION } from '../version.ts';
import type { Engine } from './engine.ts';

/**
 * Makes each run a span of the registered tracer provider. Times are given explicitly, because the SDK's own start has
 * only milliseconds. Attributes of the end are set from the objects that runs share, without a copy for each run.
 */
export function createSdkEngine(
  tracer: Tracer = trace.getTracer(SCOPE_NAME, SCOPE_VERSION),
): Engine {
  let current = tracer;
  let provider = trace.getTracerProvider();
  return {
    begin(begin, parent) {
      const span = current.startSpan(begin.name, begin, parent);
      // The API 1.10 exists twice in an app, as CommonJS and as ES module: a tracer taken before the SDK was started
      // through the other one never learns of it.
      if (span.isRecording() || provider === trace.getTracerProvider()) return span;
      provider = trace.getTracerProvider();
      current = provider.getTracer(SCOPE_NAME, SCOPE_VERSION);
      return current.startSpan(begin.name, begin, parent);
    },
    finish(span, { attributes, endTime, failure }) {
      span.setAttributes(attributes.phrase.end);
      span.setAttributes(attributes.actor.attributes);
      span.setAttribute(ATTR_FEATURE_EFFICIENCY, attributes.efficiency);
      if (attributes.own !== undefined) span.setAttributes(attributes.own);
      if (failure !== undefined) {
        if (failure.exception !== undefined) span.recordException(failure.exception, endTime);
        span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
      }
      span.end(endTime);
    },
  };
}
