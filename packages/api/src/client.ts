/** Typed fetch over the table of routes; loads neither the schemas nor a server. */
import type { z } from 'zod';
import { ApiError, readJson, tooSlow, unreachable } from './api-error.ts';
import type { GetRoute, PostRoute, StreamRoute } from './contract/route.ts';
import type { Routes } from './contract/routes.ts';
import { followStream, type FollowState } from './follow.ts';

export { ApiError } from './api-error.ts';
export type { FollowState } from './follow.ts';
export { applyOperationsEvent } from './operation-list.ts';
export type { FollowedOperation, FollowedOperations, OperationsEvent } from './operation-list.ts';

/** What a client needs to know. */
export interface ClientOptions {
  /** Address of the API, such as `http://127.0.0.1:4319`; empty in a page that the server itself gave. */
  readonly baseUrl: string;
  /** Read or admin token, when the server wants one. */
  readonly token?: string | undefined;
  /** Default: the global one. */
  readonly fetch?: typeof fetch | undefined;
  /** Longest wait for an answer. Default 30,000. */
  readonly timeoutMs?: number | undefined;
}

/** Asks the API. */
export interface Client {
  /**
   * Answer of a route of the table, by its path. Rejects with an {@link ApiError}: the server's problem, or
   * `SERVER_UNREACHABLE`, `ANSWER_TIMEOUT`, `ANSWER_UNREADABLE`; with the signal's reason when it was aborted.
   */
  get<Path extends GetPath>(path: Path, ...request: RequestOf<Path>): Promise<AnswerOf<Path>>;
  /** The same for a route that takes a body. */
  post<Path extends PostPath>(path: Path, request: PostOf<Path>): Promise<AnswerOf<Path>>;
  /**
   * Events of a stream, until the signal ends it. What breaks it off later is tried again from where it was; what the server
   * refuses for good (400, 401, 403, 404), and a first attempt that fails, reject as {@link get} does. The timeout is that of
   * the first answer. Events that the table does not know come too.
   */
  follow<Path extends StreamPath>(
    path: Path,
    call?: FollowOf<Path>,
  ): AsyncGenerator<StreamEventOf<Path>, void, undefined>;
}

type AnyRoute = Routes[keyof Routes];
type RouteAt<Path> = Extract<AnyRoute, { readonly path: Path }>;
/** Path of a route that answers with JSON. */
type AnyPath = Exclude<AnyRoute['path'], '/docs' | '/metrics' | StreamPath>;
/** Path of a route that answers with events. */
export type StreamPath = Extract<AnyRoute, StreamRoute>['path'];
/** Path of one that is asked with GET. */
export type GetPath = Extract<AnyPath, Extract<AnyRoute, GetRoute>['path']>;
/** Path of a route that takes a JSON body; it must not be one that also answers GET. */
export type PostPath = Extract<AnyPath, Extract<AnyRoute, PostRoute>['path']>;
/** What a route answers. */
export type AnswerOf<Path extends AnyPath> = z.output<
  Extract<RouteAt<Path>, GetRoute | PostRoute>['answer']
>;
/** What comes of a stream. */
export type StreamEventOf<Path extends StreamPath> = {
  readonly [Name in keyof EventsAt<Path> & string]: {
    readonly event: Name;
    /** Id of the last event that had one. */
    readonly id: string | undefined;
    readonly data: z.output<EventsAt<Path>[Name]>;
  };
}[keyof EventsAt<Path> & string];
type EventsAt<Path extends StreamPath> = Extract<RouteAt<Path>, StreamRoute>['events'];
/** Parameters after the `?` of a route. */
export type QueryOf<Path extends AnyPath | StreamPath> = Loose<z.input<RouteAt<Path>['query']>>;
/** Parameters in the path of a route. */
export type ParamsOf<Path extends AnyPath> = z.input<RouteAt<Path>['params']>;
/** Body of a route. */
export type BodyOf<Path extends PostPath> = z.input<Extract<RouteAt<Path>, PostRoute>['body']>;

/** Everything optional and undefined allowed; flags may be booleans. */
type Loose<Query> = {
  readonly [Key in keyof Query]?:
    | Query[Key]
    | ('true' extends Query[Key] ? (string extends Query[Key] ? never : boolean) : never)
    | undefined;
};

interface Call<Path extends AnyPath> {
  readonly query?: QueryOf<Path> | undefined;
  /** Stops the request; the server then stops the query. */
  readonly signal?: AbortSignal | undefined;
}

/** What is followed, and how. */
export interface FollowOf<Path extends StreamPath> {
  readonly query?: QueryOf<Path> | undefined;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
  /** Hears how the connection is. */
  readonly onState?: ((state: FollowState) => void) | undefined;
}

type RequestOf<Path extends AnyPath> = string extends keyof ParamsOf<Path>
  ? [call?: Call<Path>]
  : [call: Call<Path> & { readonly params: ParamsOf<Path> }];

type PostOf<Path extends PostPath> = Exclude<RequestOf<Path>[0], undefined> & {
  readonly body: BodyOf<Path>;
};

/** Makes a client; nothing is sent before the first call. */
export function createClient(options: ClientOptions): Client {
  const urlOf = (path: string, call: object = {}): string => {
    const { params = {}, query = {} } = call as AnyCall;
    return `${options.baseUrl.replace(/\/+$/u, '')}${toPath(path, params)}${toQuery(query)}`;
  };
  return {
    get: async (path, ...[call]) =>
      (await request(urlOf(path, call), options, { signal: call?.signal })) as AnswerOf<
        typeof path
      >,
    post: async (path, call) =>
      (await request(urlOf(path, call), options, call)) as AnswerOf<typeof path>,
    follow: <Path extends StreamPath>(path: Path, call: FollowOf<Path> = {}) =>
      followStream(urlOf(path, call), options, call) as AsyncGenerator<
        StreamEventOf<Path>,
        void,
        undefined
      >,
  };
}

/** A call of any route. */
interface AnyCall {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: object | undefined;
}

function toPath(path: string, params: Readonly<Record<string, unknown>>): string {
  return path.replaceAll(/\{(\w+)\}/gu, (_, key: string) =>
    encodeURIComponent(String(params[key])),
  );
}

function toQuery(query: object): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const each of Array.isArray(value) ? value : [value]) search.append(key, String(each));
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}

async function request(
  url: string,
  { token, timeoutMs = 30_000, fetch: send = fetch }: ClientOptions,
  { signal, body }: { readonly signal?: AbortSignal | undefined; readonly body?: unknown },
): Promise<unknown> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  try {
    const response = await send(url, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    const answer = await readJson(response);
    if (!response.ok) throw new ApiError(response.status, answer ?? {});
    return answer;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ApiError) throw error;
    throw deadline.aborted ? tooSlow(timeoutMs, error) : unreachable(url, error);
  }
}
