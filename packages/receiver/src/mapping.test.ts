/** Which spans of ordinary exporters become runs of which feature, and which never do. */
import { SpanKind } from '@heartwood/semconv';
import { expect, test } from 'vitest';
import { compileRules, type MappingRule } from './mapping.ts';
import { type KeyValue, requestOf, toProtobuf } from './testing/model.ts';
import { type ReadSpan, TestDecoder } from './testing/rows.ts';

const strings = (values: Readonly<Record<string, string>>): KeyValue[] =>
  Object.entries(values).map(([key, string]) => [key, { string }]);

function decode(
  kind: number,
  attributes: readonly KeyValue[],
  rules?: readonly MappingRule[],
  rest: { readonly statusCode?: number } = {},
): ReadSpan {
  const body = toProtobuf(requestOf({ kind, attributes, ...rest }));
  return new TestDecoder({}, rules).decode('protobuf', body).spans.at(0) as ReadSpan;
}

const { SERVER, CLIENT, INTERNAL, CONSUMER, PRODUCER } = SpanKind;

const MAPPED: readonly [
  name: string,
  kind: SpanKind,
  attributes: Readonly<Record<string, string>>,
  feature: string,
  category: string,
][] = [
  [
    'an HTTP server span with a route',
    SERVER,
    { 'http.request.method': 'GET', 'http.route': '/cart/:id' },
    'GET /cart/:id',
    'web_interface',
  ],
  [
    'an HTTP server span of the older conventions',
    SERVER,
    { 'http.method': 'POST', 'http.route': '/cart' },
    'POST /cart',
    'web_interface',
  ],
  [
    'an RPC server span',
    SERVER,
    { 'rpc.service': 'shop.Cart', 'rpc.method': 'Add' },
    'shop.Cart/Add',
    'other',
  ],
  [
    'an RPC server span of the newer conventions',
    SERVER,
    { 'rpc.method': 'shop.Cart/Add' },
    'shop.Cart/Add',
    'other',
  ],
  [
    'a model call',
    CLIENT,
    { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'small-1' },
    'chat small-1',
    'ai_provider',
  ],
  [
    'an agent call within the process',
    INTERNAL,
    { 'gen_ai.operation.name': 'invoke_agent' },
    'invoke_agent',
    'ai_provider',
  ],
  [
    'a tool call of an MCP server',
    SERVER,
    { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'search' },
    'tools/call search',
    'mcp_server',
  ],
  [
    'another call of an MCP server',
    SERVER,
    { 'mcp.method.name': 'resources/list' },
    'resources/list',
    'mcp_server',
  ],
  [
    'a message being processed',
    CONSUMER,
    { 'messaging.operation.type': 'process', 'messaging.destination.name': 'orders' },
    'process orders',
    'other',
  ],
  [
    'a message of a templated queue',
    CONSUMER,
    {
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'reply-17',
      'messaging.destination.template': 'reply-{id}',
    },
    'process reply-{id}',
    'other',
  ],
];

test.each(MAPPED)('%s is a run', (_, kind, attributes, feature, category) => {
  const span = decode(kind, strings(attributes));
  expect(span).toMatchObject({
    feature,
    category,
    component: 'shop',
    featureStatus: 1,
    iterations: 1,
  });
  expect(span.markNames).toContain('MAPPED');
  // What a rule looked at stays an attribute.
  expect(JSON.parse(String(span['attributes']))).toEqual(attributes);
});

const PLAIN: readonly [
  name: string,
  kind: SpanKind,
  attributes: Readonly<Record<string, string>>,
][] = [
  [
    'the INTERNAL span that a web framework adds for the same route',
    INTERNAL,
    { 'http.request.method': 'GET', 'http.route': '/cart' },
  ],
  ['the client side of a call', CLIENT, { 'http.request.method': 'GET', 'http.route': '/cart' }],
  ['a server span without a route', SERVER, { 'http.request.method': 'GET' }],
  ['a client span of an RPC', CLIENT, { 'rpc.service': 'shop.Cart', 'rpc.method': 'Add' }],
  [
    'a message being sent',
    PRODUCER,
    { 'messaging.operation.type': 'send', 'messaging.destination.name': 'orders' },
  ],
  [
    'a message being received but not processed',
    CONSUMER,
    { 'messaging.operation.type': 'receive', 'messaging.destination.name': 'orders' },
  ],
  ['a span without anything', SERVER, {}],
];

test.each(PLAIN)('%s is no run', (_, kind, attributes) => {
  expect(decode(kind, strings(attributes))).toMatchObject({
    feature: '',
    category: '',
    component: '',
    featureStatus: 0,
    tier: 0,
    efficiency: Number.NaN,
  });
});

test('a name that the sender gives goes before every rule', () => {
  const span = decode(
    SERVER,
    strings({ 'http.request.method': 'GET', 'http.route': '/', 'feature.name': 'home' }),
  );
  expect(span).toMatchObject({ feature: 'home', category: 'other' });
  expect(span.markNames).not.toContain('MAPPED');
});

test('a mapped run may bring its own category, component and status', () => {
  const span = decode(
    SERVER,
    strings({
      'http.request.method': 'GET',
      'http.route': '/',
      'feature.category': 'sysmon',
      'feature.component': 'edge',
      'feature.status': 'partial',
    }),
  );
  expect(span).toMatchObject({ category: 'sysmon', component: 'edge', featureStatus: 3 });
});

test.each([
  ['an error', 2, {}, 2],
  ['an error of type timeout', 2, { 'error.type': 'timeout' }, 4],
  ['an error of another type', 2, { 'error.type': 'timeouts' }, 2],
  ['an OK', 1, {}, 1],
  ['a cancelled run that says so', 0, { 'feature.status': 'cancelled' }, 5],
  ['a word that is no status', 2, { 'feature.status': 'meh' }, 2],
])('the status of %s', (_, statusCode, attributes, featureStatus) => {
  const span = decode(1, strings({ 'feature.name': 'f', ...attributes }), undefined, {
    statusCode,
  });
  expect(span).toMatchObject({ featureStatus });
});

test('rules of the definitions take the place of the built-in ones', () => {
  const rules: MappingRule[] = [
    {
      id: 'jobs',
      kinds: [INTERNAL],
      where: { 'job.kind': 'nightly' },
      name: 'job {job.name}[ for {tenant|customer}]',
      category: 'sysmon',
    },
    { id: 'sessions', kinds: [INTERNAL], name: 'session of {user.hash}', category: 'other' },
  ];
  const map = (attributes: Readonly<Record<string, string>>): unknown =>
    decode(INTERNAL, strings(attributes), rules)['feature'];
  expect(map({ 'job.kind': 'nightly', 'job.name': 'vacuum' })).toBe('job vacuum');
  expect(map({ 'job.kind': 'nightly', 'job.name': 'vacuum', customer: 'x' })).toBe(
    'job vacuum for x',
  );
  expect(map({ 'job.kind': 'hourly', 'job.name': 'vacuum' })).toBe('');
  expect(map({ 'user.hash': 'abc' })).toBe('session of abc');
  expect(map({ 'http.request.method': 'GET', 'http.route': '/' })).toBe('');
});

test.each(['{a', 'a}', '[a', 'a]', '[[a]]', '{}'])(
  'the template "%s" is refused by name',
  (name) => {
    const rule = { id: 'broken', kinds: [INTERNAL], name, category: 'other' };
    expect(() => compileRules([rule], [])).toThrow(/mapping rule "broken"/);
  },
);
