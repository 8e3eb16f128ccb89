/** A small shop on Express: seven features, each a plain function wrapped in `tracedFeature()`, and three jobs. */
import express from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  FeatureCategory,
  FeatureStatus,
  currentFeature,
  feedback,
  trackEvent,
  tracedFeature,
  withFeatureContext,
} from '@heartwood/instrumentation';
import { startJobs } from './jobs.mjs';

const PRODUCTS = Array.from({ length: 40 }, (_, index) => ({
  id: index + 1,
  name: `${['Oak', 'Ash', 'Walnut', 'Birch', 'Pine'][index % 5]} ${['lamp', 'chair', 'desk', 'shelf', 'rug', 'mirror', 'vase', 'clock'][index % 8]}`,
  price: 19 + ((index * 37) % 400),
}));

/** Items by session. @type {Map<string, { product: number, quantity: number }[]>} */
const carts = new Map();
/** Orders by user. @type {Map<string, { id: string, total: number, items: number }[]>} */
const orders = new Map();

const browse = tracedFeature(
  'browse',
  { category: FeatureCategory.WEB_INTERFACE },
  async (page) => {
    await latency(25, 0.4);
    return PRODUCTS.slice((page - 1) * 12, page * 12);
  },
);

const search = tracedFeature(
  'search',
  { category: FeatureCategory.DATABASE_OPERATION, attributes: { 'shop.index': 'products' } },
  async (query) => {
    await latency(90, 0.7);
    const words = query.toLowerCase().split(' ');
    const found = PRODUCTS.filter(({ name }) =>
      words.some((word) => name.toLowerCase().includes(word)),
    );
    currentFeature()?.setMetadata({ results: found.length });
    return found;
  },
);

const addToCart = tracedFeature(
  'cart.add',
  { category: FeatureCategory.WEB_INTERFACE },
  async (session, item) => {
    await latency(12, 0.3);
    if (!PRODUCTS.some(({ id }) => id === item.product))
      throw new RangeError(`no product ${item.product}`);
    const cart = carts.get(session) ?? [];
    cart.push(item);
    carts.set(session, cart);
    return cart;
  },
);

class PaymentDeclined extends Error {}

const pay = tracedFeature(
  'checkout.payment',
  { category: FeatureCategory.OTHER },
  async (method, total) => {
    await latency(method === 'invoice' ? 60 : 220, 0.5);
    if (Math.random() < (method === 'card' ? 0.06 : 0.02))
      throw new PaymentDeclined(`the ${String(method)} payment was declined`);
    return { method, total };
  },
);

const checkout = tracedFeature(
  'checkout',
  { category: FeatureCategory.WEB_INTERFACE, version: '2.1' },
  async (user, session, method) => {
    const items = carts.get(session) ?? [];
    const total = items.reduce((sum, { product }) => sum + (PRODUCTS[product - 1]?.price ?? 0), 0);
    await pay(method, total);
    await latency(70, 0.4);
    carts.delete(session);
    const order = { id: crypto.randomUUID(), total, items: items.length };
    orders.set(user, [...(orders.get(user) ?? []), order]);
    trackEvent('order_placed', { method, total, items: items.length });
    return order;
  },
);

/** What an assistant would answer, from a local function with the latency and the retries of a remote model. */
const recommend = tracedFeature(
  'recommend',
  { category: FeatureCategory.AI_PROVIDER },
  async (taste) => {
    const run = currentFeature();
    let rounds = 0;
    let picks = [];
    do {
      rounds++;
      await latency(420, 0.5);
      picks = PRODUCTS.filter(({ name }) => name.includes(taste) || Math.random() < 0.1).slice(
        0,
        5,
      );
    } while (picks.length < 3 && rounds < 4);
    run?.setIterations(rounds);
    run?.setMetadata({ model: 'local-taste-1', picks: picks.length });
    return picks;
  },
);

const exportOrders = tracedFeature(
  'orders.export',
  { category: FeatureCategory.FILE_OPERATION },
  async (user) => {
    await latency(650, 0.8);
    const rows = (orders.get(user) ?? []).map(({ id, total, items }) => `${id},${total},${items}`);
    if (rows.length === 0) currentFeature()?.setStatus(FeatureStatus.PARTIAL);
    return ['id,total,items', ...rows].join('\n');
  },
);

/** Waits a log-normal time, as services do: `medianMs` in the middle, now and then much longer. */
function latency(medianMs, spread) {
  const normal =
    Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return sleep(Math.min(medianMs * Math.exp(spread * normal), 8000));
}

/** Query values may be lists and objects; only texts are meant here. */
const textOf = (value) => (typeof value === 'string' ? value : '');

const app = express();
app.use(express.json());
app.use((request, _response, next) => {
  const userId = request.get('x-user-id');
  const sessionId = request.get('x-session-id');
  withFeatureContext({ ...(userId && { userId }), ...(sessionId && { sessionId }) }, next);
});
const user = (request) => request.get('x-user-id') ?? 'anonymous';
const session = (request) => request.get('x-session-id') ?? 'none';

app.get('/products', async (request, response) =>
  response.json(await browse(Number(textOf(request.query.page) || 1))),
);
app.get('/search', async (request, response) =>
  response.json(await search(textOf(request.query.q))),
);
app.post('/cart', async (request, response) =>
  response.json(await addToCart(session(request), request.body)),
);
app.post('/checkout', async (request, response) =>
  response.json(await checkout(user(request), session(request), request.body.method)),
);
app.post('/recommendations', async (request, response) =>
  response.json(await recommend(String(request.body.taste))),
);
app.post('/recommendations/accept', (request, response) => {
  trackEvent('recommendation_accepted', { product: Number(request.body.product) });
  response.status(204).end();
});
app.post('/feedback', (request, response) => {
  const { feature, score, comment } = request.body;
  feedback(String(feature), { score: Number(score), comment: String(comment ?? '') });
  response.status(204).end();
});
app.get('/orders/export', async (request, response) =>
  response.json({ csv: await exportOrders(user(request)) }),
);
app.use((error, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  response.status(error instanceof PaymentDeclined ? 402 : 500).json({ error: error.message });
});

const listener = app.listen(Number(process.env.SHOP_PORT ?? 0), '127.0.0.1', () => {
  const { port } = listener.address();
  process.stdout.write(`shop ready  http://127.0.0.1:${port}\n`);
  startJobs();
});
