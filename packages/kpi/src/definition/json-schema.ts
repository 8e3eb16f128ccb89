/**
 * JSON Schema of definition files, for editors: made of what the reader takes, so that it cannot say anything else. It tells
 * keys, words and forms; what a text of its own language says (a condition, a formula), what refers to other definitions and
 * what cannot stand together is told by the reader alone.
 */
import { ENFORCEMENT, EVENT_KEYS, PLAN_KEYS, SHORT_FORM_KEYS } from '@heartwood/semconv/plan';
import { z } from 'zod';
import type { Kind } from './kind.ts';
import { ID, KINDS, VERSION } from './set.ts';

/** The schema (2020-12). */
export function definitionsSchema(): Readonly<Record<string, unknown>> {
  const { $schema, $defs, ...full } = z.toJSONSchema(FILE, { io: 'input', reused: 'inline' });
  const event = { $ref: '#/$defs/event' };
  return {
    $schema,
    title: 'Heartwood definitions',
    description:
      'A definition file of Heartwood, or one of nothing but events in their short form.',
    if: IS_SHORT_FORM,
    // oxlint-disable-next-line unicorn/no-thenable -- A key of JSON Schema.
    then: { type: 'object', additionalProperties: event },
    else: { $ref: '#/$defs/file' },
    $defs: { ...$defs, file: full },
  };
}

const id = z.string().regex(ID);

const EVENT = z
  .looseObject(
    Object.fromEntries(
      [...EVENT_KEYS, ...SHORT_FORM_KEYS].map((key) => [key, z.unknown().optional()]),
    ),
  )
  .meta({ id: 'event', description: 'An event of the tracking plan.' });

const FILE = z
  .strictObject({
    version: VERSION.optional(),
    ...Object.fromEntries(KINDS.map((kind) => [kind.key, listOrMap(kind).nullish()])),
    plan: z
      .strictObject(Object.fromEntries(PLAN_KEYS.map((key) => [key, z.unknown().optional()])))
      .nullish(),
    enforcement: z
      .strictObject(
        Object.fromEntries([...ENFORCEMENT].map(([key, modes]) => [key, z.enum(modes).optional()])),
      )
      .nullish(),
    events: z.record(z.string(), EVENT).nullish(),
  })
  .nullable();

/** A list of entries with an id, or a map of them by id. */
function listOrMap({ key, written }: Kind): z.ZodType {
  const entry = written.extend({ id: id.optional() }).meta({ id: key });
  return z.union([z.array(z.intersection(entry, z.looseObject({ id }))), z.record(id, entry)]);
}

/** Some value has a key of the short form, and all are maps. */
const IS_SHORT_FORM = {
  type: 'object',
  additionalProperties: { type: 'object' },
  not: {
    additionalProperties: { not: { anyOf: SHORT_FORM_KEYS.map((key) => ({ required: [key] })) } },
  },
};
