/** Which messages of OTLP lie in which, as far as their number matters (the public .proto files of OTLP 1.x). */
import { ITEM, type Item } from './item-count.ts';

/** How far down a scan looks: into what holds resources, what holds records, or everything. */
export const REACH = { ENVELOPES: 1, RECORDS: 2, ALL: 3 } as const;
export type Reach = (typeof REACH)[keyof typeof REACH];

interface Message {
  /** As what each one counts. */
  readonly item?: Item;
  /** The least reach that looks into it. */
  readonly reach: Reach;
  /** What lies in it, by field number. */
  readonly fields?: Readonly<Record<number, string>>;
}

const { ENVELOPE, RECORD, METRIC, PART } = ITEM;
const { ENVELOPES, RECORDS, ALL } = REACH;

/** Packed numbers: 64 bits each, or varints. */
const PACKED_FIXED = 'packedFixed';
const PACKED_VARINT = 'packedVarint';
const VALUE = 'value';
const ELEMENT = 'element';

const COMMON: Readonly<Record<string, Message>> = {
  resource: { reach: ALL, fields: { 1: 'attribute' } },
  scope: { reach: ALL, fields: { 3: 'attribute' } },
  attribute: { item: PART, reach: ALL, fields: { 2: VALUE } },
  [VALUE]: { reach: ALL, fields: { 5: 'array', 6: 'map' } },
  array: { reach: ALL, fields: { 1: ELEMENT } },
  [ELEMENT]: { item: PART, reach: ALL, fields: { 5: 'array', 6: 'map' } },
  map: { reach: ALL, fields: { 1: 'attribute' } },
  exemplar: { item: PART, reach: ALL, fields: { 7: 'attribute' } },
  [PACKED_FIXED]: { reach: ALL },
  [PACKED_VARINT]: { reach: ALL },
  request: { reach: ENVELOPES, fields: { 1: 'resourceGroup' } },
  resourceGroup: { item: ENVELOPE, reach: ENVELOPES, fields: { 1: 'resource', 2: 'scopeGroup' } },
  scopeGroup: { item: ENVELOPE, reach: RECORDS, fields: { 1: 'scope', 2: 'record' } },
};

const SIGNAL_MESSAGES: Readonly<Record<string, Readonly<Record<string, Message>>>> = {
  traces: {
    record: { item: RECORD, reach: ALL, fields: { 9: 'attribute', 11: 'event', 13: 'link' } },
    event: { item: PART, reach: ALL, fields: { 3: 'attribute' } },
    link: { item: PART, reach: ALL, fields: { 4: 'attribute' } },
  },
  logs: {
    record: { item: RECORD, reach: ALL, fields: { 5: VALUE, 6: 'attribute' } },
  },
  metrics: {
    // What every signal calls a record here is a metric; its points are what is stored.
    record: {
      item: METRIC,
      reach: RECORDS,
      fields: {
        5: 'numbers',
        7: 'numbers',
        9: 'histograms',
        10: 'exponentials',
        11: 'summaries',
        12: 'attribute',
      },
    },
    numbers: { reach: RECORDS, fields: { 1: 'number' } },
    histograms: { reach: RECORDS, fields: { 1: 'histogram' } },
    exponentials: { reach: RECORDS, fields: { 1: 'exponential' } },
    summaries: { reach: RECORDS, fields: { 1: 'summary' } },
    number: { item: RECORD, reach: ALL, fields: { 5: 'exemplar', 7: 'attribute' } },
    histogram: {
      item: RECORD,
      reach: ALL,
      fields: { 6: PACKED_FIXED, 7: PACKED_FIXED, 8: 'exemplar', 9: 'attribute' },
    },
    exponential: {
      item: RECORD,
      reach: ALL,
      fields: { 1: 'attribute', 8: 'buckets', 9: 'buckets', 11: 'exemplar' },
    },
    buckets: { reach: ALL, fields: { 2: PACKED_VARINT } },
    summary: { item: RECORD, reach: ALL, fields: { 6: 'quantile', 7: 'attribute' } },
    quantile: { item: PART, reach: ALL },
  },
};

/** The messages of one signal as tables of numbers, the request being 0. */
export interface Shape {
  /** Message that a field holds, at `(message << 4) | field`; -1 where none of interest does. */
  readonly fields: Int8Array;
  readonly items: Uint8Array;
  readonly reaches: Uint8Array;
  readonly packedFixed: number;
  readonly packedVarint: number;
  readonly attribute: number;
}

/** Makes the tables of a signal; those of an unknown one stop at its records. */
export function createShape(signal: string): Shape {
  const messages: Readonly<Record<string, Message>> = {
    ...COMMON,
    record: { item: RECORD, reach: ALL },
    ...SIGNAL_MESSAGES[signal],
  };
  const names = ['request', ...Object.keys(messages).filter((name) => name !== 'request')];
  const fields = new Int8Array(names.length * 16).fill(-1);
  for (const [index, name] of names.entries())
    for (const [field, inner] of Object.entries(messages[name]?.fields ?? {}))
      fields[(index << 4) | Number(field)] = names.indexOf(inner);
  const each = (read: (message: Message) => number): Uint8Array =>
    Uint8Array.from(names, (name) => read(messages[name] as Message));
  return {
    fields,
    items: each(({ item = ITEM.NONE }) => item),
    reaches: each(({ reach }) => reach),
    packedFixed: names.indexOf(PACKED_FIXED),
    packedVarint: names.indexOf(PACKED_VARINT),
    attribute: names.indexOf('attribute'),
  };
}
