/** Typed fetch over the table of routes; loads neither the schemas nor a server. */
import { readJson, readRefusal, toFailure } from './api-error.ts';
import type {
  AnswerOf,
  ClientOptions,
  DownloadOf,
  FileOf,
  FilePath,
  FollowOf,
  GetPath,
  PostOf,
  PostPath,
  RequestOf,
  StreamEventOf,
  StreamPath,
} from './call.ts';
import { download } from './download.ts';
import { followStream } from './follow.ts';

export { ApiError } from './api-error.ts';
export type {
  AnswerOf,
  BodyOf,
  ClientOptions,
  DownloadOf,
  FileOf,
  FilePath,
  FollowOf,
  FollowState,
  GetPath,
  ParamsOf,
  PostPath,
  QueryOf,
  StreamEventOf,
  StreamPath,
} from './call.ts';
export { applyOperationsEvent } from './operation-list.ts';
export type { FollowedOperation, FollowedOperations, OperationsEvent } from './operation-list.ts';

/** Asks the API. */
export interface Client {
  /**
   * Answer of a route of the table, by its path. Rejects with an {@link ApiError}: the server's problem, or
   * `SERVER_UNREACHABLE`, `ANSWER_TIMEOUT`, `ANSWER_BROKEN_OFF`, `ANSWER_UNREADABLE`; with the signal's reason when it was aborted.
   */
  get<Path extends GetPath>(path: Path, ...request: RequestOf<Path>): Promise<AnswerOf<Path>>;
  /** The same for a route that takes a body. */
  post<Path extends PostPath>(path: Path, request: PostOf<Path>): Promise<AnswerOf<Path>>;
  /**
   * A file, and what is said of it; rejects as {@link get} does. The timeout is that of the begin: what comes takes its time,
   * and reading it rejects where it breaks off.
   */
  download<Path extends FilePath>(
    path: Path,
    call?: DownloadOf<Path>,
  ): Promise<{ readonly facts: FileOf<Path>; readonly bytes: AsyncIterable<Uint8Array> }>;
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
    download: async (path, call) => (await download(urlOf(path, call), options, call)) as never,
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
    if (!response.ok) throw await readRefusal(response);
    return await readJson(response);
  } catch (error) {
    signal?.throwIfAborted();
    throw toFailure(error, { url, timeoutMs, isLate: deadline.aborted });
  }
}
