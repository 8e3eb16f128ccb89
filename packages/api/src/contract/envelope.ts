/** What records of every kind carry: attributes, the resource that sent them, and the scope that made them. */
import { z } from 'zod';
import { count } from './run.ts';

/**
 * Attributes by key. A 64-bit integer beyond 2^53 comes as text, so that none loses digits; bytes come as
 * `{"$bytes":"<base64>"}`, doubles that are no number as `{"$double":"NaN"}`.
 */
export const Attributes = z
  .record(z.string(), z.unknown())
  .describe(
    'By key. Integers beyond 2^53 come as text, so that no digit is lost; bytes as {"$bytes":"<base64>"}, doubles that are no number as {"$double":"NaN"}.',
  )
  .meta({ id: 'Attributes' });

const content = {
  attributes: Attributes,
  droppedAttributes: count('Dropped by the sender.'),
  schemaUrl: z.string().nullable(),
};

/** What sent a record. */
export const Resource = z.object(content);

/** What in it made the record. */
export const Scope = z.object({
  name: z.string().nullable(),
  version: z.string().nullable(),
  ...content,
});
