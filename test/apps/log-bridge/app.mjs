/** A shop whose own logger hands its lines to OpenTelemetry; the preload sends them. */
import { currentFeature, tracedFeature, withFeatureContext } from '@heartwood/instrumentation';
import { logs, SeverityNumber } from '@opentelemetry/api-logs';

const bridge = logs.getLogger('shop');

function log(severity, body, attributes = {}) {
  const feature = currentFeature()?.name;
  bridge.emit({
    severityNumber: SeverityNumber[severity],
    severityText: severity.toLowerCase(),
    body,
    attributes: { ...attributes, ...(feature !== undefined && { 'feature.name': feature }) },
  });
}

const checkout = tracedFeature('checkout', async (/** @type {number} */ items) => {
  const cart = { 'feature.component': 'cart', 'session.id': 'visit-1' };
  log('INFO', `order of ${items} items`, { ...cart, items });
  log('ERROR', 'payment failed', {
    ...cart,
    'exception.type': 'RangeError',
    'exception.message': 'card 7 was refused',
  });
});

log('DEBUG', 'not in a feature');
await withFeatureContext({ sessionId: 'visit-1' }, () => checkout(3));
