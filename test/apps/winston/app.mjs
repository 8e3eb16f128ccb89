/** A shop that logs with winston; the preload sends what it logs. */
import { currentFeature, tracedFeature, withFeatureContext } from '@heartwood/instrumentation';
import winston from 'winston';

// What a line is about beside its trace: the feature under way.
const feature = winston.format((info) => {
  const name = currentFeature()?.name;
  return name === undefined ? info : Object.assign(info, { 'feature.name': name });
});

const logger = winston.createLogger({
  level: 'debug',
  format: winston.format.combine(feature(), winston.format.json()),
  transports: [new winston.transports.Console()],
});

const checkout = tracedFeature('checkout', async (/** @type {number} */ items) => {
  const cart = logger.child({ 'feature.component': 'cart', 'session.id': 'visit-1' });
  cart.info(`order of ${items} items`, { items });
  cart.error('payment failed', {
    'exception.type': 'RangeError',
    'exception.message': 'card 7 was refused',
  });
});

logger.debug('not in a feature');
await withFeatureContext({ sessionId: 'visit-1' }, () => checkout(3));
