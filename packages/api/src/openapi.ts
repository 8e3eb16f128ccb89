/** The OpenAPI 3.1 document, made from the table of routes. */
import { z } from 'zod';
import { Problem } from './contract/answer.ts';
import { MAX_BODY_BYTES, type PostRoute, type Route } from './contract/route.ts';
import { ROUTES } from './contract/routes.ts';
import { PROBLEM_TYPE } from './problem.ts';

type Json = Record<string, unknown>;

/** Makes the document; `version` is that of the program. */
export function createOpenApi(version: string): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries<Route>(ROUTES))
    paths[route.path] = {
      ...paths[route.path],
      [route.method]: toOperation(operationId, route, schemas),
    };
  const problem = toSchema(Problem, schemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Heartwood API',
      version,
      description: 'Which features are used, by whom, how well and how fast.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas,
      responses: {
        Problem: {
          description: 'What was wrong and what to do about it (RFC 9457).',
          content: { [PROBLEM_TYPE]: { schema: problem } },
        },
      },
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'Wanted when the server was started with a token.',
        },
      },
    },
  };
}

/** JSON Schema of a schema; named parts are put into `schemas` and referred to. */
export function toSchema(
  schema: z.ZodType,
  schemas: Json,
  io: 'input' | 'output' = 'output',
): Json {
  const { $schema, $defs, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  void $schema;
  for (const [id, definition] of Object.entries(($defs ?? {}) as Record<string, Json>))
    schemas[id] = relocate(definition);
  const id = own['id'];
  if (typeof id !== 'string') return relocate(own) as Json;
  schemas[id] = relocate(own);
  return { $ref: `#/components/schemas/${id}` };
}

function toOperation(operationId: string, route: Route, schemas: Json): Json {
  return {
    operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.scope === 'open' ? {} : { security: [{ token: [] }, {}] }),
    parameters: [
      ...toParameters(route.params, 'path', schemas),
      ...toParameters(route.query, 'query', schemas),
    ],
    ...(route.method === 'post' ? { requestBody: toRequestBody(route, schemas) } : {}),
    responses: {
      200: {
        description: route.summary,
        content: toContent(route, schemas),
      },
      default: {
        $ref: '#/components/responses/Problem',
        ...(route.errors.length === 0 ? {} : { description: `Also: ${route.errors.join(', ')}.` }),
      },
    },
  };
}

function toContent(route: Route, schemas: Json): Json {
  if (route.kind === 'file')
    return {
      'application/octet-stream': {
        schema: { type: 'string', format: 'binary', description: FILE_WORDS },
        'x-header': toSchema(route.header, schemas),
      },
    };
  if (route.kind !== 'stream')
    return {
      [route.produces ?? 'application/json']: { schema: toSchema(route.answer, schemas) },
    };
  // OpenAPI 3.1 has no words for events: `x-events` gives the JSON of their data by their names.
  const events = Object.entries(route.events).map(([name, data]) => [
    name,
    toSchema(data, schemas),
  ]);
  return {
    'text/event-stream': {
      schema: { type: 'string', description: 'Server-sent events, until one side ends them.' },
      'x-events': Object.fromEntries(events) as Json,
    },
  };
}

const FILE_WORDS = 'A file; the header Heartwood-File tells of it in JSON, as x-header says.';

function toRequestBody({ body, maxBodyBytes = MAX_BODY_BYTES }: PostRoute, schemas: Json): Json {
  return {
    required: true,
    description: `At most ${String(maxBodyBytes)} bytes.`,
    content: { 'application/json': { schema: toSchema(body, schemas, 'input') } },
  };
}

function toParameters(schema: z.ZodObject, place: 'path' | 'query', schemas: Json): Json[] {
  return Object.entries(schema.shape).map(([name, type]) => {
    const { description, ...rest } = toSchema(type as z.ZodType, schemas, 'input');
    return { name, in: place, required: place === 'path', description, schema: rest };
  });
}

/** Points references at the components and drops the ids, which are the names there. */
function relocate(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(relocate);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, member]) => !(key === 'id' && typeof member === 'string'))
      .map(([key, member]) =>
        key === '$ref' && typeof member === 'string'
          ? [key, member.replace('#/$defs/', '#/components/schemas/')]
          : [key, relocate(member)],
      ),
  );
}
