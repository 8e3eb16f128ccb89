/** Listens in on log records: what they tell of operations is handed on before their rows land. */
import { operationEventKind, readOperationFacts } from '@heartwood/semconv';
import { MARK } from '@heartwood/store/batch';
import type { OperationEvent } from '../../operation-event.ts';
import { readProperties } from '../../stages/event-properties.ts';
import { EVENT_NAME, LIFTED, OPERATION_ID } from '../known-attributes.ts';
import { readText } from '../known-text.ts';
import type { OpenRequest } from '../open-request.ts';
import type { RecordAttributes } from '../record-attributes.ts';
import type { ResourceFacts } from '../process-facts.ts';
import type { LogDraft } from './log-draft.ts';
import type { LogTime } from './log-time.ts';

/** An event that is being put together: its row and its resource come after its attributes. */
type Heard = { -readonly [Key in keyof OperationEvent]: OperationEvent[Key] };

/** One for a decoder; {@link begin} starts on each request. */
export class OperationTap {
  readonly #request: OpenRequest;
  readonly #attributes: RecordAttributes;
  /** Events whose resource has not been read to its end. */
  #waiting: Heard[] = [];
  #receivedNs = 0n;

  constructor(request: OpenRequest, attributes: RecordAttributes) {
    this.#request = request;
    this.#attributes = attributes;
  }

  /** Starts on the request that is open. */
  begin(): void {
    const { receivedLow, receivedHigh } = this.#request;
    this.#waiting = [];
    this.#receivedNs = nanoseconds(receivedLow, receivedHigh);
  }

  /** What the record at hand tells of an operation; to be called before its row is written, which ends its attributes. */
  hear(draft: LogDraft): Heard | undefined {
    const request = this.#request;
    // All other records pay for this comparison alone.
    if (!request.known.has(OPERATION_ID) || request.operations === undefined) return undefined;
    const kind = operationEventKind(this.#nameOf(draft));
    if (kind === undefined) return undefined;
    const { text, start } = this.#attributes;
    const isRepeated = (request.marks & MARK.DUPLICATE_KEYS) !== 0;
    const facts = readOperationFacts(readProperties(text.since(start), isRepeated).properties);
    if (facts === undefined) return undefined;
    // Each by its name: to spread the facts takes ten times as long as all else here.
    return {
      kind,
      id: facts.id,
      timeNs: 0n,
      receivedNs: this.#receivedNs,
      seq: 0n,
      sequence: facts.sequence,
      elapsedS: facts.elapsedS,
      feature: readText(request, LIFTED.NAME) ?? '',
      service: '',
      instance: undefined,
      host: undefined,
      pid: undefined,
      parentId: facts.parentId,
      category: facts.category,
      component: readText(request, LIFTED.COMPONENT),
      session: readText(request, LIFTED.SESSION),
      user: readText(request, LIFTED.USER_HASH) ?? readText(request, LIFTED.USER_ID),
      traceId: traceIdOf(draft),
      description: facts.description,
      message: facts.message,
      current: facts.current,
      total: facts.total,
      unit: facts.unit,
      fraction: facts.fraction,
      heartbeatS: facts.heartbeatS,
      blockedS: facts.blockedS,
      status: facts.status,
      errorType: readText(request, LIFTED.ERROR_TYPE),
      reason: facts.reason,
    };
  }

  /** Keeps what was heard of the record whose row was just written, until its resource has been read. */
  keep(heard: Heard, { low, high }: LogTime): void {
    heard.timeNs = nanoseconds(low, high);
    heard.seq = this.#request.nextSeq;
    this.#waiting.push(heard);
  }

  /** Hands what was kept to the request: it came from this process. */
  endResource({ service, instance, host, pid }: ResourceFacts): void {
    if (this.#waiting.length === 0) return;
    const { operations } = this.#request;
    for (const event of this.#waiting) {
      event.service = service;
      event.instance = instance;
      event.host = host;
      event.pid = pid;
      operations?.push(event);
    }
    this.#waiting = [];
  }

  /** The field names the event; where it is empty, the attribute does. */
  #nameOf({ eventNameStart, eventNameLength }: LogDraft): string {
    const request = this.#request;
    return eventNameLength === 0
      ? (readText(request, EVENT_NAME) ?? '')
      : request.source.string(eventNameStart, eventNameLength);
  }
}

const nanoseconds = (low: number, high: number): bigint =>
  (BigInt(high) << 32n) | BigInt(low >>> 0);

function traceIdOf({ traceIdBytes, trace0, trace1, trace2, trace3 }: LogDraft): string | undefined {
  if (traceIdBytes === 0 || (trace0 | trace1 | trace2 | trace3) === 0) return undefined;
  return [trace0, trace1, trace2, trace3]
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('');
}
