/** How much a span may hold, as the OpenTelemetry variables have it. */

/** `SpanLimits` of the specification; without a limit, Infinity. */
export interface SpanLimits {
  readonly attributes: number;
  readonly valueLength: number;
  readonly events: number;
  readonly links: number;
  readonly attributesOfEvent: number;
  readonly attributesOfLink: number;
  /** Whether attributes of spans and links may be records, bytes and mixed lists, as in the SDKs 3.x. */
  readonly anyValues: boolean;
}

/** The limits that the environment sets; 128 of each thing, and simple values of any length, when it says nothing. */
export function readSpanLimits(
  env: Readonly<Record<string, string | undefined>> = process.env,
): SpanLimits {
  const read = (otherwise: number, ...names: readonly string[]): number => {
    for (const name of names) {
      const text = env[name]?.trim();
      if (text !== undefined && /^\d+$/.test(text)) return Number(text);
    }
    return otherwise;
  };
  const valueLength = read(
    Infinity,
    'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  );
  return {
    attributes: read(128, 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'),
    // The SDKs take 0 for no limit.
    valueLength: valueLength === 0 ? Infinity : valueLength,
    events: read(128, 'OTEL_SPAN_EVENT_COUNT_LIMIT'),
    links: read(128, 'OTEL_SPAN_LINK_COUNT_LIMIT'),
    attributesOfEvent: read(
      128,
      'OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT',
      'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
    ),
    attributesOfLink: read(
      128,
      'OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT',
      'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
    ),
    anyValues: false,
  };
}
