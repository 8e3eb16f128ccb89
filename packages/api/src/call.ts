/** What a client asks and is answered, as types that are read off the table of routes. */
import type { z } from 'zod';
import type { FileRoute, GetRoute, PostRoute, StreamRoute } from './contract/route.ts';
import type { Routes } from './contract/routes.ts';

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

/** How the connection of a stream is: there, gone, there again. */
export type FollowState = 'open' | 'lost' | 'again';

type AnyRoute = Routes[keyof Routes];
type RouteAt<Path> = Extract<AnyRoute, { readonly path: Path }>;
/** Path of a route that answers with JSON. */
type AnyPath = Exclude<AnyRoute['path'], '/docs' | '/metrics' | StreamPath | FilePath>;
/** Path of a route that answers with a file. */
export type FilePath = Extract<AnyRoute, FileRoute>['path'];
/** What is said of a file. */
export type FileOf<Path extends FilePath> = z.output<Extract<RouteAt<Path>, FileRoute>['header']>;
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
export type QueryOf<Path extends AnyPath | StreamPath | FilePath> = Loose<
  z.input<RouteAt<Path>['query']>
>;
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

/** What a route is asked with. */
interface Call<Path extends AnyPath> {
  readonly query?: QueryOf<Path> | undefined;
  /** Stops the request; the server then stops the query. */
  readonly signal?: AbortSignal | undefined;
}

/** Which file, and how long it may take to be written. */
export interface DownloadOf<Path extends FilePath> {
  readonly query?: QueryOf<Path> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: that of the client. */
  readonly timeoutMs?: number | undefined;
}

/** What is followed, and how. */
export interface FollowOf<Path extends StreamPath> {
  readonly query?: QueryOf<Path> | undefined;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
  /** Hears how the connection is. */
  readonly onState?: ((state: FollowState) => void) | undefined;
}

/** The same as arguments: needed where the path has parameters. */
export type RequestOf<Path extends AnyPath> = string extends keyof ParamsOf<Path>
  ? [call?: Call<Path>]
  : [call: Call<Path> & { readonly params: ParamsOf<Path> }];

/** The same for a route that takes a body. */
export type PostOf<Path extends PostPath> = Exclude<RequestOf<Path>[0], undefined> & {
  readonly body: BodyOf<Path>;
};
