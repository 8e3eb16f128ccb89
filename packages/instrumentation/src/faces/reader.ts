/** Reads records and numbers back from the server: the app side keeps none of its own. */
import { TrackerUnavailableError } from '../errors.ts';
import { untraced } from '../delivery/sender.ts';
import { currentConfig } from '../settings/config.ts';

/** Where to read from. What is left out is taken from the settings when a question is asked. */
export interface ReaderOptions {
  /** Address of the Heartwood API; `HEARTWOOD_URL` when left out. */
  readonly url?: string;
  /** Read token of the server; `HEARTWOOD_READ_TOKEN` when left out. */
  readonly token?: string;
  /** Longest wait for an answer. Default 10,000. */
  readonly timeoutMs?: number;
}

/** Parameters of a question; what is undefined is left out, a date is sent as ISO 8601. */
export type Query = Readonly<Record<string, string | number | boolean | Date | undefined>>;

/** An answer of the API: what was asked for, and what it is about. */
interface Answer {
  readonly data: unknown;
  readonly meta: Readonly<Record<string, unknown>>;
}

/** Asks the server. */
export interface Reader {
  /** Rejects with a `TrackerUnavailableError` whose message names the remedy. */
  read(path: string, query?: Query): Promise<Answer>;
  /** Rows of a list with pages, newest first, at most `limit`. Rejects as `read` does. */
  readRows(path: string, query: Query, limit: number): Promise<unknown[]>;
}

/** Makes a reader; nothing is asked before the first call. */
export function createReader(options: ReaderOptions = {}): Reader {
  const read = async (path: string, query: Query = {}): Promise<Answer> => {
    const base = baseOf(options.url ?? currentConfig().serverUrl);
    return untraced(() => ask(`${base}${path}${toSearch(query)}`, base, options));
  };
  return {
    read,
    async readRows(path, query, limit) {
      const rows: unknown[] = [];
      let cursor: string | undefined;
      while (rows.length < limit) {
        const page = Math.min(limit - rows.length, MOST_ROWS_A_PAGE);
        const { data, meta } = await read(path, { ...query, cursor, limit: page });
        if (!Array.isArray(data) || data.length === 0) break;
        rows.push(...data);
        const { nextCursor } = meta;
        if (typeof nextCursor !== 'string') break;
        cursor = nextCursor;
      }
      return rows;
    },
  };
}

const MOST_ROWS_A_PAGE = 1000;
const TIMEOUT_MS = 10_000;

function baseOf(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new TrackerUnavailableError('TRACKER_ADDRESS_INVALID', { url: given.slice(0, 100) });
  }
  return given.replace(/[?#].*$/, '').replace(/\/+$/, '');
}

function toSearch(query: Query): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) {
      search.set(key, value instanceof Date ? value.toISOString() : String(value));
    }
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}

async function ask(url: string, base: string, options: ReaderOptions): Promise<Answer> {
  const token = options.token ?? currentConfig().readToken;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      headers: {
        accept: 'application/json',
        ...(token !== '' && { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    const isLate = (error as { name?: unknown } | null)?.name === 'TimeoutError';
    throw isLate
      ? new TrackerUnavailableError('TRACKER_TIMEOUT', { url: base, timeoutMs }, error)
      : new TrackerUnavailableError(
          'TRACKER_UNREACHABLE',
          { url: base, reason: reasonOf(error) },
          error,
        );
  }
  return toAnswer(response.status, text, base);
}

function toAnswer(status: number, text: string, base: string): Answer {
  const body = parseObject(text);
  if (status === 200 && body !== undefined && 'data' in body) {
    const { data, meta } = body;
    return { data, meta: isObject(meta) ? meta : {} };
  }
  const { code, detail, remedy } = body ?? {};
  if (status === 200 || typeof code !== 'string') {
    throw new TrackerUnavailableError('TRACKER_UNREADABLE', { url: base });
  }
  const said = [detail, remedy].filter((part) => typeof part === 'string').join(' ');
  throw new TrackerUnavailableError(
    'TRACKER_REFUSED',
    { url: base, status, detail: said },
    undefined,
    code,
  );
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: unknown; message?: unknown };
  const code = isObject(cause) ? cause['code'] : undefined;
  return String(code ?? message).slice(0, 200);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
