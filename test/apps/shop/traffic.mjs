/** Drives the shop the way people do: they browse, search, hesitate, fill a cart, and some of them buy. */
import { setTimeout as sleep } from 'node:timers/promises';

const WORDS = [
  'lamp',
  'chair',
  'desk',
  'oak shelf',
  'rug',
  'mirror',
  'vase',
  'clock',
  'sofa',
  'bench',
];

/**
 * Runs visits until `signal` aborts.
 * @param {string} shopUrl where the shop listens
 * @param {{ users?: number, visitsPerSecond?: number, signal: AbortSignal }} options
 * @returns {Promise<{ visits: number, requests: number, failed: number }>}
 */
export async function driveTraffic(shopUrl, { users = 120, visitsPerSecond = 6, signal }) {
  const counts = { visits: 0, requests: 0, failed: 0 };
  const running = new Set();
  while (!signal.aborted) {
    const visit = visitShop(shopUrl, `user-${skewed(users)}`, counts, signal)
      .catch((error) => {
        if (!signal.aborted) throw error;
      })
      .finally(() => running.delete(visit));
    running.add(visit);
    await sleep((-Math.log(1 - Math.random()) * 1000) / visitsPerSecond, undefined, {
      signal,
    }).catch(() => {});
  }
  await Promise.allSettled(running);
  return counts;
}

async function visitShop(shopUrl, userId, counts, signal) {
  counts.visits++;
  const headers = {
    'x-user-id': userId,
    'x-session-id': crypto.randomUUID(),
    'content-type': 'application/json',
  };
  const ask = async (method, path, body) => {
    counts.requests++;
    const answer = await fetch(shopUrl + path, {
      method,
      headers,
      signal,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) counts.failed++;
    return answer.status === 200 ? answer.json() : undefined;
  };
  const think = () => sleep(50 + Math.random() * 400, undefined, { signal });

  await ask('GET', `/products?page=${1 + Math.floor(Math.random() * 3)}`);
  for (let look = 0; look < 3 && Math.random() < 0.6; look++) {
    await think();
    await ask('GET', `/search?q=${encodeURIComponent(pick(WORDS))}`);
  }
  if (Math.random() < 0.3) {
    await think();
    const picks = await ask('POST', '/recommendations', { taste: pick(WORDS) });
    const liked = picks?.length > 0 && Math.random() < 0.5;
    if (liked) await ask('POST', '/recommendations/accept', { product: picks[0].id });
    if (Math.random() < 0.3) await rate(ask, 'recommend', liked ? 4 : 2);
  }
  if (Math.random() < 0.55) {
    await think();
    const items = 1 + Math.floor(Math.random() * 3);
    for (let item = 0; item < items; item++)
      await ask('POST', '/cart', { product: 1 + Math.floor(Math.random() * 40), quantity: 1 });
    if (Math.random() < 0.6) {
      await think();
      const order = await ask('POST', '/checkout', { method: pick(['card', 'invoice', 'wallet']) });
      if (Math.random() < 0.4) await rate(ask, 'checkout', order === undefined ? 2 : 4);
    }
  }
  if (Math.random() < 0.08) await ask('GET', '/orders/export');
}

/** A score around `usual`, of five. */
const rate = (ask, feature, usual) =>
  ask('POST', '/feedback', {
    feature,
    score: Math.max(1, Math.min(5, usual + pick([-1, 0, 0, 1]))),
    ...(Math.random() < 0.2 && { comment: pick(['nice', 'took long', 'as expected']) }),
  });

const pick = (list) => list[Math.floor(Math.random() * list.length)];

/** A few users come often, most come rarely. */
const skewed = (users) => Math.floor(users * Math.random() ** 2);
