/** A shop that logs with pino; the preload sends what it logs. */
const { currentFeature, tracedFeature, withFeatureContext } = require('@heartwood/instrumentation');
const pino = require('pino');

// What a line is about beside its trace: the feature under way.
const logger = pino({
  level: 'debug',
  mixin: () => ({ 'feature.name': currentFeature()?.name }),
});

const checkout = tracedFeature('checkout', async (/** @type {number} */ items) => {
  const cart = logger.child({ 'feature.component': 'cart', 'session.id': 'visit-1' });
  cart.info({ items }, 'order of %d items', items);
  cart.error(new RangeError('card 7 was refused'), 'payment failed');
  await Promise.resolve();
});

async function main() {
  logger.debug('not in a feature');
  await withFeatureContext({ sessionId: 'visit-1' }, () => checkout(3));
}

void main();
