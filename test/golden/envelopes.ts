/** Resources and scopes that all signals are sent with, and what must be stored of them. */
import {
  type KeyValue,
  type Message,
  parseStored,
  storedAttributes,
  ATTRIBUTE_LISTS,
} from './otlp-json.ts';

/** Attributes of resources as machines, clouds, clusters, functions and plain processes have them. */
export const RESOURCES: readonly (readonly KeyValue[])[] = [
  [],
  [
    { key: 'service.name', value: { stringValue: 'shop' } },
    { key: 'host.name', value: { stringValue: 'tc-prod9.internal.example.com' } },
    { key: 'host.id', value: { stringValue: 'i-3fa4' } },
  ],
  [
    { key: 'cloud.provider', value: { stringValue: 'aws' } },
    { key: 'cloud.region', value: { stringValue: 'eu-central-1' } },
    { key: 'host.image.name', value: { stringValue: 'ami-0af34' } },
  ],
  [
    { key: 'k8s.pod.name', value: { stringValue: 'orders-56d4' } },
    { key: 'k8s.namespace.name', value: { stringValue: 'prod' } },
    { key: 'container.image.tags', value: { arrayValue: { values: [{ stringValue: '1.2' }] } } },
  ],
  [
    { key: 'faas.name', value: { stringValue: 'resize' } },
    { key: 'faas.max_memory', value: { intValue: '268435456' } },
  ],
  [
    { key: 'process.pid', value: { intValue: '4711' } },
    {
      key: 'process.command_args',
      value: { arrayValue: { values: [{ stringValue: '-x' }, { stringValue: '' }] } },
    },
  ],
];

/** Indexes of scopes: without a name, with one, with attributes. */
export const SCOPES = [0, 1, 2] as const;

const SCOPE_MESSAGES: readonly Message[] = [
  {},
  { name: 'one', version: '1.0' },
  { name: 'two', attributes: ATTRIBUTE_LISTS[8], droppedAttributesCount: 4 },
];

/** Which resource and scope a record is sent with. */
export interface Envelope {
  readonly resource: readonly KeyValue[];
  readonly scope: number;
}

/** Names of the two levels and of the records in a request of a signal. */
export type Levels = readonly [resources: string, scopes: string, records: string];

/** A resource with one scope with these records; `label` tells apart what is sent several times. */
export const inEnvelope = (
  [, scopes, records]: Levels,
  { resource, scope }: Envelope,
  n: number,
  label: string,
  list: readonly Message[],
): Message => ({
  resource: {
    attributes: [...resource, { key: 'sent.over', value: { stringValue: label } }],
    droppedAttributesCount: n % 2,
  },
  schemaUrl: n % 3 === 0 ? 'https://opentelemetry.io/schemas/1.45.0' : '',
  [scopes]: [
    {
      scope: SCOPE_MESSAGES[scope] ?? {},
      schemaUrl: n % 5 === 0 ? 'https://example.com/scope' : '',
      [records]: list,
    },
  ],
});

/** What must be stored of the resource and scope of record `n`. */
export function storedEnvelope({ resource, scope }: Envelope, n: number, label: string): Message {
  const sent = SCOPE_MESSAGES[scope] ?? {};
  return {
    resource: {
      attributes: storedAttributes([
        ...resource,
        { key: 'sent.over', value: { stringValue: label } },
      ]),
      dropped: n % 2,
      schemaUrl: n % 3 === 0 ? 'https://opentelemetry.io/schemas/1.45.0' : '',
    },
    scope: {
      name: sent['name'] ?? '',
      version: sent['version'] ?? '',
      attributes: storedAttributes(sent['attributes'] as KeyValue[]),
      dropped: sent['droppedAttributesCount'] ?? 0,
      schemaUrl: n % 5 === 0 ? 'https://example.com/scope' : '',
    },
  };
}

/** Resource and scope of a row of a view, in the form of {@link storedEnvelope}. */
export function readEnvelope(row: Message): Message {
  const resource = parseStored(row['resource'] as string) as Message;
  const scope = parseStored(row['scope'] as string) as Message;
  return {
    resource: {
      attributes: resource['attributes'],
      dropped: countOf(resource['droppedAttributes']),
      schemaUrl: resource['schemaUrl'] ?? '',
    },
    scope: {
      name: scope['name'] ?? '',
      version: scope['version'] ?? '',
      attributes: scope['attributes'] ?? storedAttributes(),
      dropped: countOf(scope['droppedAttributes']),
      schemaUrl: scope['schemaUrl'] ?? '',
    },
  };
}

/** A count as {@link parseStored} leaves it. */
export const countOf = (value: unknown): number =>
  value === undefined ? 0 : Number((value as string).slice('int '.length));

/** An id of so many bytes, a different one for each `n`. */
export const hex = (n: number, bytes: number): string => n.toString(16).padStart(bytes * 2, 'a');
