/** What a route is: where it is, who may call it, what it takes and what it answers. */
import type { z } from 'zod';

/** Who may call: anybody, holders of the read token, holders of the admin token. */
export type Scope = 'open' | 'read' | 'admin';

/** What routes of every method have. */
interface Frame<
  Path extends string,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Answer extends z.ZodType,
> {
  /** Only streams have one. */
  readonly kind?: undefined;
  /** With `{name}` for parts that vary. */
  readonly path: Path;
  readonly tag: string;
  readonly summary: string;
  /** A question needs `read`, also where it is asked with POST; what changes something needs `admin`. */
  readonly scope: Scope;
  readonly params: Params;
  readonly query: Query;
  readonly answer: Answer;
  /** Media type of the answer; `application/json` when absent. */
  readonly produces?: 'text/html' | 'text/plain; version=0.0.4; charset=utf-8';
  /** Codes that this route may answer besides those of every route, which `testing/declared-codes.ts` tells; tests hold it. */
  readonly errors: readonly string[];
}

/** A route that takes all it needs from the URL. */
export interface GetRoute<
  Path extends string = string,
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Answer extends z.ZodType = z.ZodType,
> extends Frame<Path, Params, Query, Answer> {
  readonly method: 'get';
}

/** A route that takes a JSON body. */
export interface PostRoute<
  Path extends string = string,
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Answer extends z.ZodType = z.ZodType,
  Body extends z.ZodObject = z.ZodObject,
> extends Frame<Path, Params, Query, Answer> {
  readonly method: 'post';
  /** A `z.strictObject`. */
  readonly body: Body;
  /** Longest body; {@link MAX_BODY_BYTES} when absent. */
  readonly maxBodyBytes?: number;
}

/** A route that answers with server-sent events until one side ends it. */
export interface StreamRoute<
  Path extends string = string,
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Events extends Readonly<Record<string, z.ZodType>> = Readonly<Record<string, z.ZodType>>,
> extends Omit<Frame<Path, Params, Query, z.ZodType>, 'answer' | 'produces' | 'kind'> {
  readonly kind: 'stream';
  readonly method: 'get';
  /** What comes, by the name of the event; the data of each are JSON. */
  readonly events: Events;
}

/** A route that answers with a file, which the header `Heartwood-File` tells of in JSON. */
export interface FileRoute<
  Path extends string = string,
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Header extends z.ZodType<FileFacts> = z.ZodType<FileFacts>,
> extends Omit<Frame<Path, Params, Query, z.ZodType>, 'answer' | 'produces' | 'kind'> {
  readonly kind: 'file';
  readonly method: 'get';
  readonly header: Header;
}

/** What is said of every file. */
interface FileFacts {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** A route that gives one answer. */
export type AnswerRoute = GetRoute | PostRoute;

/** One line of the table. */
export type Route = AnswerRoute | StreamRoute | FileRoute;

/** Longest body of a route that does not say otherwise. */
export const MAX_BODY_BYTES = 65_536;

/** Codes of the names that narrow runs. */
export const NAME_ERRORS = ['CATEGORY_UNKNOWN', 'COMPONENT_UNKNOWN', 'SERVICE_UNKNOWN'];

/** Codes of answers that would take more memory or have more numbers than one may. */
export const TOO_LARGE = ['STORE_QUERY_TOO_LARGE', 'STORE_ANSWER_TOO_LARGE'];

export function defineRoute<
  const Path extends string,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Answer extends z.ZodType,
>(route: GetRoute<Path, Params, Query, Answer>): GetRoute<Path, Params, Query, Answer> {
  return route;
}

export function definePost<
  const Path extends string,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Answer extends z.ZodType,
  Body extends z.ZodObject,
>(
  route: PostRoute<Path, Params, Query, Answer, Body>,
): PostRoute<Path, Params, Query, Answer, Body> {
  return route;
}

export function defineStream<
  const Path extends string,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Events extends Readonly<Record<string, z.ZodType>>,
>(route: StreamRoute<Path, Params, Query, Events>): StreamRoute<Path, Params, Query, Events> {
  return route;
}

export function defineFile<
  const Path extends string,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Header extends z.ZodType<FileFacts>,
>(route: FileRoute<Path, Params, Query, Header>): FileRoute<Path, Params, Query, Header> {
  return route;
}
