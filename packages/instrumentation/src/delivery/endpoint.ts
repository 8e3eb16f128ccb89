/** Where each signal goes and what its requests carry, from the settings. */
import { LONGEST_TIMER_MS, type FeatureConfig } from '../settings/config.ts';
import { SCOPE_NAME, SCOPE_VERSION } from '../version.ts';
import { readTlsMaterial, type TlsMaterial } from './tls.ts';
import type { Signal } from './signal.ts';

/** Address, headers and form of the requests. */
export interface Endpoint {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly gzip: boolean;
  readonly timeoutMs: number;
  readonly tls: TlsMaterial;
}

/** Reads the endpoint of a signal out of the settings; `problem` is told what makes no sense and the default is used. */
export function toEndpoint(
  config: FeatureConfig,
  signal: Signal,
  problem: (message: string) => void = () => {},
): Endpoint {
  const path = `/v1/${signal}`;
  const url =
    parseUrl(config[`${signal}Endpoint`], '', problem) ??
    parseUrl(config.endpoint, path, problem) ??
    new URL(`http://localhost:4318${path}`);
  const headers: Record<string, string> = {
    'user-agent': `${SCOPE_NAME}/${SCOPE_VERSION} node/${process.versions.node}`,
    ...parseHeaders(config.headers, problem),
    ...parseHeaders(config[`${signal}Headers`], problem),
  };
  // The token is for our receiver alone: not for a collector somewhere else that OTEL_* may name.
  if (config.token !== '' && headers['authorization'] === undefined && mayHaveToken(config, url)) {
    headers['authorization'] = `Bearer ${config.token}`;
  }
  const compression = (config[`${signal}Compression`] || config.compression).toLowerCase();
  if (compression !== 'gzip' && compression !== 'none') {
    problem(`compression "${compression}" is not gzip or none; none is used`);
  }
  return {
    url,
    headers,
    gzip: compression === 'gzip',
    timeoutMs: Math.min(
      config[`${signal}TimeoutMs`] || config.requestTimeoutMs || LONGEST_TIMER_MS,
      LONGEST_TIMER_MS,
    ),
    tls: url.protocol === 'https:' ? readTlsMaterial(config, signal, problem) : {},
  };
}

function parseUrl(text: string, path: string, problem: (message: string) => void): URL | undefined {
  if (text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    problem(
      `endpoint "${text.slice(0, 100)}" is not an http:// or https:// address; it is ignored`,
    );
    return undefined;
  }
  if (path !== '') url.pathname = url.pathname.replace(/\/*$/, '') + path;
  return url;
}

/** `key=value,key2=value2` with percent-encoded values, as OTEL_EXPORTER_OTLP_HEADERS has it. Keys are lower-cased. */
function parseHeaders(text: string, problem: (message: string) => void): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue;
    const at = pair.indexOf('=');
    const key = pair.slice(0, Math.max(0, at)).trim().toLowerCase();
    const value = at < 0 ? undefined : decode(pair.slice(at + 1).trim());
    if (
      /^[\w!#$%&'*+.^`|~-]+$/.test(key) &&
      value !== undefined &&
      /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
    ) {
      headers[key] = value;
    } else {
      // The value may be a secret: only the key is said.
      problem(`OTLP header "${key.slice(0, 40)}" is not key=value; it is left out`);
    }
  }
  return headers;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function mayHaveToken(config: FeatureConfig, url: URL): boolean {
  // A token from code was meant for this very processor.
  if (config.token !== (process.env['HEARTWOOD_INGEST_TOKEN'] ?? '').trim()) return true;
  const ours = process.env['HEARTWOOD_OTLP_ENDPOINT'] ?? '';
  if (URL.canParse(ours) && new URL(ours).origin === url.origin) return true;
  return ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}
