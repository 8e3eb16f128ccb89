/** The server that is asked: its address, the token, and whether its answers have the agreed shape. */
import {
  ApiError,
  createClient,
  type Client,
  type FollowOf,
  type StreamEventOf,
  type StreamPath,
} from '@heartwood/api/client';
import type { Route } from '@heartwood/api/contract';
import { cliError } from './errors.ts';
import type { GlobalFlags } from './global-flags.ts';
import type { Terminal } from './terminal.ts';
import { readVersion } from './version.ts';

/** Where the server listens when nobody says otherwise. */
const DEFAULT_URL = 'http://127.0.0.1:4319';

/** A client for the server of the flags and the environment. Every answer is held against the contract. */
export function createConnection(flags: GlobalFlags, env: Terminal['env']): Client {
  const url = readUrl(flags.url, env['HEARTWOOD_URL']);
  const client = createClient({
    baseUrl: url,
    token: readToken(flags.token, env['HEARTWOOD_READ_TOKEN']),
    timeoutMs: flags.timeout,
  });
  const check = async <Answer>(
    method: 'get' | 'post',
    path: string,
    asked: Promise<Answer>,
  ): Promise<Answer> => {
    // The schemas load while the server works.
    const [answer, { ROUTES }] = await Promise.all([
      asked.catch((error: unknown) => {
        throw explain(error, url);
      }),
      import('@heartwood/api/contract'),
    ]);
    const routes: readonly Route[] = Object.values(ROUTES);
    const route = routes.find((route) => route.path === path && route.method === method);
    if (route !== undefined && route.kind === undefined)
      await refuse(route.answer.safeParse(answer).error?.issues[0]);
    return answer;
  };
  const refuse = async (problem: Issue | undefined): Promise<void> => {
    if (problem === undefined) return;
    const where = [...problem.path.map(String), problem.message].join(': ');
    const cause = await guessCause(client);
    const detail = cliError('ANSWER_SHAPE', { url, version: readVersion(), where }).message;
    throw new ApiError(200, { code: 'ANSWER_SHAPE', detail, remedy: cause });
  };
  async function* follow<Path extends StreamPath>(
    path: Path,
    call?: FollowOf<Path>,
  ): AsyncGenerator<StreamEventOf<Path>, void, undefined> {
    const { ROUTES } = await import('@heartwood/api/contract');
    const routes: readonly Route[] = Object.values(ROUTES);
    const route = routes.find((route) => route.kind === 'stream' && route.path === path);
    const schemas = route?.kind === 'stream' ? route.events : {};
    try {
      for await (const event of client.follow(path, call)) {
        // A newer server may tell more than this version reads.
        const schema = Object.hasOwn(schemas, event.event) ? schemas[event.event] : undefined;
        if (schema === undefined) continue;
        await refuse(schema.safeParse(event.data).error?.issues[0]);
        yield event;
      }
    } catch (error) {
      throw explain(error, url);
    }
  }
  const download: Client['download'] = async (path, call) => {
    const [file, { ROUTES }] = await Promise.all([
      client.download(path, call).catch((error: unknown) => {
        throw explain(error, url);
      }),
      import('@heartwood/api/contract'),
    ]);
    const routes: readonly Route[] = Object.values(ROUTES);
    const route = routes.find((route) => route.path === path);
    if (route?.kind === 'file') await refuse(route.header.safeParse(file.facts).error?.issues[0]);
    return file;
  };
  return {
    download,
    follow,
    get: async (path, ...request) => check('get', path, client.get(path, ...request)),
    post: async (path, request) => check('post', path, client.post(path, request)),
  };
}

/** The part of a problem of a schema that is told. */
interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The address of the flags or the environment, without a slash at its end. */
export function readUrl(flag: string | undefined, variable: string | undefined): string {
  const [given, source] =
    flag === undefined && (variable ?? '') !== ''
      ? [variable ?? '', 'HEARTWOOD_URL']
      : [flag, '--url'];
  if (given === undefined) return DEFAULT_URL;
  const wrong = (expected: string): Error =>
    cliError('FLAG_VALUE_WRONG', { flag: source, given, expected, suggestion: '' });
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw wrong(`must be an address with http:// or https://, such as ${DEFAULT_URL}`);
  if (url.username !== '' || url.password !== '')
    throw wrong('must not hold a user or password; give a token with --token');
  if (url.search !== '' || url.hash !== '') throw wrong('must end before ? and #');
  return url.href.replace(/\/+$/u, '');
}

function readToken(flag: string | undefined, variable: string | undefined): string | undefined {
  const token = flag ?? (variable === '' ? undefined : variable);
  if (token === undefined || /^[\x21-\x7E]+$/u.test(token)) return token;
  // The value stays unsaid: logs keep what stderr says.
  throw cliError('FLAG_VALUE_WRONG', {
    flag: flag === undefined ? 'HEARTWOOD_READ_TOKEN' : '--token',
    given: '(hidden)',
    expected: 'must be printable ASCII without spaces',
    suggestion: '',
  });
}

/** The client's error, with what is known here: which address, why not, and which flags help. */
function explain(error: unknown, url: string): unknown {
  if (!(error instanceof ApiError)) return error;
  const { retryAfterS } = error;
  const with_ = (detail: string, remedy: string, code = error.code): ApiError =>
    new ApiError(error.status, { code, detail, remedy, retryAfterS }, error);
  switch (error.code) {
    case 'SERVER_UNREACHABLE': {
      const reason = reasonOf(error);
      if (reason.startsWith('HPE_'))
        return with_(`${url} does not speak HTTP (${reason}).`, CHECK_ADDRESS, 'ANSWER_UNREADABLE');
      if (reason === CIRCLES)
        return with_(`${url} redirects in circles.`, CHECK_ADDRESS, 'ANSWER_UNREADABLE');
      if (/^(?:EPROTO$|ERR_SSL_)/u.test(reason))
        return with_(
          `${url} does not speak TLS as it should (${reason}).`,
          'Give the address with http:// where the server has no certificate; else check the port.',
          'ANSWER_UNREADABLE',
        );
      const certificate = CERTIFICATES.find(({ reasons }) => reasons.test(reason));
      if (certificate !== undefined)
        return with_(`${certificate.problem(url)} (${reason}).`, certificate.remedy);
      return with_(
        `${url} cannot be reached: ${WORDS[reason] ?? reason}.`,
        'Start the server with npm start, or give its address with --url or HEARTWOOD_URL.',
      );
    }
    case 'ANSWER_TIMEOUT': {
      return with_(
        `${url} is not answering. ${error.message}`,
        'Ask for a shorter range, wait longer with --timeout, or check the server (npm start, --url).',
      );
    }
    case 'ANSWER_BROKEN_OFF': {
      const reason = reasonOf(error);
      return with_(
        `${url} broke off its answer: ${WORDS[reason] ?? reason}.`,
        'Ask again; what ended it stands in the log of the server, or of a proxy in between.',
      );
    }
    case 'ANSWER_UNREADABLE': {
      return with_(`${url}: ${error.message}`, BETWEEN[error.status] ?? CHECK_ADDRESS);
    }
    default: {
      return error;
    }
  }
}

const CHECK_ADDRESS =
  'Check that --url or HEARTWOOD_URL is the address of the Heartwood API, port 4319 by default.';

const LOGIN =
  'A proxy in between wants a login of its own: give the address of the server itself with --url.';
const NO_SERVER =
  'A proxy in between has no server behind it: start the server with npm start, or give its own address with --url.';

/** What helps where something else than the server answers, by the status. */
const BETWEEN: Readonly<Record<number, string>> = {
  401: LOGIN,
  403: LOGIN,
  407: LOGIN,
  413: 'A proxy in between takes no question of this size: ask for less at once, or raise its limit.',
  429: 'A proxy in between takes no more questions now: ask again later.',
  502: NO_SERVER,
  503: NO_SERVER,
  504: NO_SERVER,
};

/** What undici says; it gives no code. */
const CIRCLES = 'redirect count exceeded';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed',
  UND_ERR_SOCKET: 'connection closed',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
};

/** What Node has against the certificate of a server, by its code, the first that fits. */
const CERTIFICATES: readonly {
  readonly reasons: RegExp;
  readonly problem: (url: string) => string;
  readonly remedy: string;
}[] = [
  {
    reasons: /^(?:CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/u,
    problem: (url) => `The certificate of ${url} is not valid now`,
    remedy: 'Give the server another certificate, and check the clocks of both machines.',
  },
  {
    reasons: /^ERR_TLS_CERT_ALTNAME_INVALID$/u,
    problem: (url) => `The certificate of ${url} is made for other names`,
    remedy: 'Give an address with a name of the certificate with --url or HEARTWOOD_URL.',
  },
  {
    reasons:
      /SELF_SIGNED_CERT|^UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)|^CERT_(?:UNTRUSTED|CHAIN)|^INVALID_CA$/u,
    problem: (url) => `The certificate of ${url} comes from an authority that is not trusted here`,
    remedy: 'Put a file with the certificate of that authority, as PEM, into NODE_EXTRA_CA_CERTS.',
  },
];

/** The code of the deepest cause, else its message. */
function reasonOf(error: Error): string {
  let reason = '';
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    reason = 'code' in at && typeof at.code === 'string' ? at.code : at.message;
  }
  return reason;
}

/** Why an answer may be odd: another version, or another program. */
async function guessCause(client: Client): Promise<string> {
  const system: { data?: { version?: unknown } } | undefined = await client
    .get('/api/v1/system')
    .catch(() => undefined);
  const version = system?.data?.version;
  return typeof version === 'string' && version !== readVersion()
    ? `The server is version ${version}: use the command line of that version.`
    : CHECK_ADDRESS;
}
