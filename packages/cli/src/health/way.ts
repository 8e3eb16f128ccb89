/** Tries out the way to a server: name, connection, certificate, round trips, and the port that takes OTLP. */
import { lookup } from 'node:dns/promises';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectSecure, type TLSSocket } from 'node:tls';
import { showDuration } from '../render/number.ts';
import { pass, toRow, trouble, type Finding, type HealthRow } from './row.ts';

interface Way {
  readonly url: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const DAY_MS = 86_400_000;
const CERTIFICATE_WARN_DAYS = 14;

/** Name, connection and, with https, the certificate. What does not come about ends the way; the rest is unknown. */
export async function tryWay(way: Way): Promise<HealthRow[]> {
  const { hostname, port, protocol } = new URL(way.url);
  const host = hostname.replace(/^\[|\]$/gu, '');
  const isSecure = protocol === 'https:';
  const portNumber = port === '' ? (isSecure ? 443 : 80) : Number(port);
  const address = { host, port: portNumber };
  const rows = [await timed(NAME, way, () => findAddress(host))];
  if (rows[0]?.result === 'pass')
    rows.push(await timed(CONNECTION, way, (signal) => tryConnection(address, signal)));
  if (isSecure && rows.at(-1)?.result === 'pass')
    rows.push(await timed(CERTIFICATE, way, (signal) => tryCertificate(address, signal)));
  return rows;
}

const NAME = { id: 'dns.lookup', title: 'The name of the server is known' };
const CONNECTION = { id: 'tcp.connect', title: 'A connection comes about' };
const CERTIFICATE = { id: 'tls.certificate', title: 'The certificate is trusted' };
const OTLP = { id: 'otlp.answers', title: 'The port for OTLP answers' };

/** Whether something answers where apps send; nothing is sent there. */
export const tryOtlp = (way: Way, otlpUrl: string | undefined): Promise<HealthRow> =>
  timed(OTLP, way, async (signal) => {
    if (otlpUrl === undefined)
      return trouble('unknown', 'the server does not say where it takes OTLP', null);
    const target = new URL('/v1/traces', otlpUrl);
    // The server names its own side; from here it has the name that we reach it by.
    target.hostname = new URL(way.url).hostname;
    const response = await fetch(target, { signal });
    await response.arrayBuffer();
    // Only POST is taken there: the refusal says that it is the right place.
    return response.status === 405
      ? pass(target.origin, { url: target.origin, status: response.status })
      : trouble(
          'fail',
          `${target.origin} answers ${String(response.status)}, as no receiver of OTLP does`,
          'Another program listens there: look at HEARTWOOD_OTLP_HTTP_PORT.',
          { url: target.origin, status: response.status },
        );
  });

async function findAddress(host: string): Promise<Finding> {
  if (isIP(host) !== 0) return pass(`${host} needs none`, { host });
  const found = await lookup(host, { all: true });
  const addresses = found.map(({ address }) => address);
  return pass(`${host} is ${addresses.join(', ')}`, { host, addresses });
}

interface Address {
  readonly host: string;
  readonly port: number;
}

async function tryConnection(address: Address, signal: AbortSignal): Promise<Finding> {
  const socket = connectPlain(address);
  await opened(socket, 'connect', signal);
  const { remoteAddress = address.host } = socket;
  socket.destroy();
  return pass(`${remoteAddress}, port ${String(address.port)}`, { remoteAddress, ...address });
}

async function tryCertificate(address: Address, signal: AbortSignal): Promise<Finding> {
  const socket: TLSSocket = connectSecure({
    ...address,
    ...(isIP(address.host) === 0 ? { servername: address.host } : {}),
  });
  await opened(socket, 'secureConnect', signal);
  const { valid_to } = socket.getPeerCertificate();
  const protocol = socket.getProtocol();
  socket.destroy();
  const days = (Date.parse(valid_to) - Date.now()) / DAY_MS;
  const message = `${protocol ?? 'TLS'}, valid for ${String(Math.floor(days))} days`;
  const evidence = { protocol, validTo: valid_to, days };
  return days < CERTIFICATE_WARN_DAYS
    ? trouble('warn', message, 'Renew it; the server reads the file again by itself.', evidence)
    : pass(message, evidence);
}

function opened(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', end, { once: true });
    socket.once('error', reject);
    socket.once(event, () => {
      signal.removeEventListener('abort', end);
      resolve();
    });
  });
}

async function timed(
  check: { readonly id: string; readonly title: string },
  { timeoutMs, signal }: Way,
  attempt: (signal: AbortSignal) => Promise<Finding>,
): Promise<HealthRow> {
  const began = performance.now();
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const both = AbortSignal.any([signal, late]);
    const finding = await Promise.race([attempt(both), rejected(both)]);
    return toRow(check, finding, performance.now() - began);
  } catch (error) {
    signal.throwIfAborted();
    const tookMs = performance.now() - began;
    const reason = late.aborted ? `nothing within ${showDuration(timeoutMs)}` : reasonOf(error);
    return toRow(check, trouble('fail', reason, REMEDY, { reason }), tookMs);
  }
}

const rejected = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });

const REMEDY =
  'Check --url or HEARTWOOD_URL, whether the server runs (npm start), and what stands in between.';

/** The code of the deepest cause, with its message. */
function reasonOf(error: unknown): string {
  let at: unknown = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  return at instanceof Error ? at.message : String(at);
}
