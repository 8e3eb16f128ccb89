/** An app with a span processor and a listener of its own beside those of Heartwood. */
import {
  FeatureSpanProcessor,
  onOperation,
  startOperation,
  tracedFeature,
} from '@heartwood/instrumentation';
import { NodeSDK } from '@opentelemetry/sdk-node';

const seen = { started: [], ended: [], operations: [] };
const own = {
  onStart: (span) => void seen.started.push(span.name),
  onEnd: (span) => void seen.ended.push([span.name, span.attributes['feature.status']]),
  forceFlush: async () => {},
  shutdown: async () => {},
};
const sdk = new NodeSDK({ spanProcessors: [own, new FeatureSpanProcessor()] });
sdk.start();
const listening = onOperation(({ kind, name, current }) =>
  seen.operations.push([kind, name, current]),
);

const checkout = tracedFeature('checkout', async () => {});
await checkout();
const operation = startOperation('import', { estimatedItems: 2 });
operation.update({ current: 1 });
operation.update({ current: 2 });
operation.complete();

listening[Symbol.dispose]();
await sdk.shutdown();
console.log(JSON.stringify(seen));
