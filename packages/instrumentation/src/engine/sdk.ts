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
  return {
    begin: (begin, parent) => tracer.startSpan(begin.name, begin, parent),
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
