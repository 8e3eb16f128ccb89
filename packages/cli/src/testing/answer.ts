/** Answers of every route, made of the schema that the contract has for it, with a text of one's own in every place for one. */
import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTES, type Route } from '@heartwood/api/contract';
import { onTestFinished } from 'vitest';

/** What stands in the places for text. */
export interface Words {
  readonly text: string;
  /** Stands for moments, numbers of records and time zones; undefined: such as they are. */
  readonly odd?: string;
  /** Which of several shapes and words is taken, counted around. */
  readonly turn: number;
}

/** A JSON Schema, as far as those of the contract use it. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
}

interface Filling extends Words {
  readonly defs: Readonly<Record<string, Schema>>;
}

/** A value of the schema. */
function fill(schema: Schema, filling: Filling, key = '', depth = 0): unknown {
  const { text, odd, turn, defs } = filling;
  // A list that goes on for ever would be no answer.
  if (key === 'nextCursor') return null;
  const inner = (one: Schema): unknown => fill(one, filling, key, depth);
  if (schema.$ref !== undefined) return inner(defs[schema.$ref.replace('#/$defs/', '')] ?? {});
  if ('const' in schema) return schema.const;
  if (schema.enum !== undefined) return around(schema.enum, turn);
  const shapes = schema.anyOf ?? schema.oneOf;
  if (shapes !== undefined) {
    const others = shapes.filter(({ type }) => type !== 'null');
    return inner(around(others, turn) ?? {});
  }
  if (schema.allOf !== undefined)
    return Object.assign({}, ...schema.allOf.map((one) => inner(one))) as unknown;
  const types = [schema.type ?? 'unknown'].flat();
  switch (types.find((type) => type !== 'null') ?? 'null') {
    case 'string': {
      if (schema.format === 'date-time') return odd ?? '2026-11-21T09:30:00.000Z';
      if (key === 'timeZone') return odd ?? 'UTC';
      if (/(?:^s|S)eq$|^through$|^asOf$/u.test(key)) return odd ?? '41';
      if (schema.pattern !== undefined) throw new Error(`No text for ${key}: ${schema.pattern}`);
      return text;
    }
    case 'integer':
    case 'number': {
      return Math.max(schema.minimum ?? 0, Math.min(schema.maximum ?? 2, 2));
    }
    case 'boolean': {
      return turn % 2 === 0;
    }
    case 'null': {
      return null;
    }
    case 'array': {
      if (schema.prefixItems !== undefined) return schema.prefixItems.map(inner);
      if (schema.items === undefined || depth > DEEPEST) return [];
      const { items } = schema;
      const many = Math.max(schema.minItems ?? 0, 2);
      return Array.from({ length: many }, (_, index) =>
        fill(items, { ...filling, turn: turn + index }, key, depth + 1),
      );
    }
    case 'object': {
      const own = Object.entries(schema.properties ?? {}).map(([name, one]) => [
        name,
        fill(one, filling, name, depth + 1),
      ]);
      const { additionalProperties: more, propertyNames: names } = schema;
      const other =
        typeof more !== 'object' || depth > DEEPEST
          ? []
          : (names?.enum ?? [text]).map((name) => [name, fill(more, filling, '', depth + 1)]);
      return Object.fromEntries([...other, ...own]) as unknown;
    }
    default: {
      return { [text]: [text] };
    }
  }
}

/** Definitions of a plan hold properties that hold properties. */
const DEEPEST = 12;

const around = <T>(all: readonly T[], turn: number): T | undefined => all.at(turn % all.length);

/** What a route answers. */
export function answerOf(
  schema: { toJSONSchema(options: { io: 'output'; unrepresentable: 'any' }): unknown },
  words: Words,
): unknown {
  const whole = schema.toJSONSchema({ io: 'output', unrepresentable: 'any' }) as Schema;
  return fill(whole, { ...words, defs: whole.$defs ?? {} });
}

/** Answers every route so, until the test ends; a stream ends when it has told one event of each name. */
export async function openFillingServer(
  words: Words,
): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    const { pathname } = new URL(url, 'http://test');
    asked.push(`${method} ${pathname}`);
    request.resume();
    const route = findRoute(method, pathname);
    if (route === undefined) response.writeHead(404).end();
    else give(route, url, words, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, asked };
}

function findRoute(method: string, pathname: string): Route | undefined {
  const routes: readonly Route[] = Object.values(ROUTES);
  const fits = ({ path }: Route): boolean =>
    new RegExp(`^${path.replaceAll(/\{\w+\}/gu, '[^/]+')}$`, 'u').test(pathname);
  const found = routes.filter((route) => route.method === method.toLowerCase() && fits(route));
  // A path without parameters before one that takes any word.
  return found.find(({ path }) => path === pathname) ?? found[0];
}

function give(route: Route, url: string, words: Words, response: ServerResponse): void {
  if (route.kind === 'stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const [name, schema] of Object.entries(route.events)) {
      const data = JSON.stringify(answerOf(schema, words));
      response.write(`event: ${name}\ndata: ${data}\n\n`);
    }
    response.end();
    return;
  }
  if (route.kind === 'file') {
    const content = url.includes('format=csv')
      ? `a,b\n"${words.text.replaceAll('"', '""')}",1\n`
      : `${JSON.stringify({ [words.text]: words.text })}\n`;
    const sha256 = createHash('sha256').update(content).digest('hex');
    const facts = { ...(answerOf(route.header, words) as object), sha256 };
    const ascii = JSON.stringify(facts).replaceAll(
      /[^ -~]/gu,
      (sign) => String.raw`\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    response.writeHead(200, { 'heartwood-file': ascii }).end(content);
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answerOf(route.answer, words)));
}
