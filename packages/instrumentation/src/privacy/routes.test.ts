/** Names of routes: the path of a mounted router is that of the request, and may name the user. */
import { EventEmitter } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { registerMemory } from '../../testing/memory.ts';
import { featureMiddleware } from '../express.ts';
import { configure } from '../settings/config.ts';
import { toUserIdentity } from './privacy.ts';

const memory = registerMemory();
afterEach(() => configure({ anonymize: true }));

/** A request to a router that is mounted at `/users/:user`, as Express shows it. */
function serve(user: unknown, path: string, name?: string): ReturnType<typeof memory.take>[number] {
  const request = {
    method: 'GET',
    headers: {},
    baseUrl: `/users/${path}`,
    route: { path: '/cart' },
  };
  const response = Object.assign(new EventEmitter(), { statusCode: 200, writableFinished: true });
  const middleware = featureMiddleware({
    user: () => user as string,
    ...(name !== undefined && { name: () => name }),
  });
  middleware(request, response, () => {});
  response.emit('close');
  const [span] = memory.take();
  if (span === undefined) throw new Error('no span was made');
  return span;
}

it.each<[unknown, string]>([
  ['ada.lovelace', 'ada.lovelace'],
  ['ada@example.org', 'ada%40example.org'],
  [470_012, '470012'],
])('the id %j is in no name and no route', (user, path) => {
  configure({ hashKey: 'k'.repeat(32) });
  const span = serve(user, path);
  expect(span.name).toBe('GET /users/[redacted]/cart');
  expect(span.attributes).toMatchObject({
    'http.route': '/users/[redacted]/cart',
    'feature.name': 'GET /users/[redacted]/cart',
    'user.hash': toUserIdentity(String(user)).hash,
  });
  expect(serve(user, path, `cart of ${path}`).attributes['feature.name']).toBe(
    'cart of [redacted]',
  );
});

it('names stay as they are where ids may leave', () => {
  configure({ anonymize: false });
  expect(serve('ada.lovelace', 'ada.lovelace').name).toBe('GET /users/ada.lovelace/cart');
});
