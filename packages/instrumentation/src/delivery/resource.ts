/** Who makes our log records and metrics: the resource of the app's spans, or what the environment says of it. */
import { ATTR_SERVICE_NAME } from '@heartwood/semconv';
import type { ResourceLike } from '../otlp/readable-span.ts';

/** Follows the spans that come by; they know what detectors have found out. */
export class ResourceInSight {
  #seen: ResourceLike | undefined;
  #fromEnv: ResourceLike | undefined;

  see(resource: ResourceLike | undefined): void {
    if (resource !== undefined) this.#seen ??= resource;
  }

  get current(): ResourceLike {
    return this.#seen ?? (this.#fromEnv ??= { attributes: readResourceAttributes(process.env) });
  }
}

/**
 * OTEL_RESOURCE_ATTRIBUTES (`key=value,key2=value2`, percent-encoded) and OTEL_SERVICE_NAME, which goes before. When
 * one pair makes no sense all are discarded, as the specification of resources has it.
 */
function readResourceAttributes(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const attributes: Record<string, string> = {
    [ATTR_SERVICE_NAME]: `unknown_service:${process.argv0}`,
    ...parsePairs(env['OTEL_RESOURCE_ATTRIBUTES'] ?? ''),
  };
  const name = env['OTEL_SERVICE_NAME'];
  if (name) attributes[ATTR_SERVICE_NAME] = name;
  return attributes;
}

function parsePairs(text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  try {
    for (const pair of text.split(',')) {
      if (pair.trim() === '') continue;
      const at = pair.indexOf('=');
      const key = pair.slice(0, Math.max(0, at)).trim();
      if (key === '') return {};
      pairs[key] = decodeURIComponent(pair.slice(at + 1).trim());
    }
  } catch {
    return {};
  }
  return pairs;
}
