/** What the rows of a plain logs request must be, worked out from the contract without any code of the decoders. */
import { canonical, DAY_NS, EARLIEST_NS, envelopeJson, valueJson } from './expected.ts';
import type { PlainLog, PlainLogRequest, PlainLogResource, PlainLogScope } from './log-model.ts';
import type { ReadLog } from './log-rows.ts';
import { type Any, RECEIVED_NS } from './model.ts';

/** What log records have a column for. */
const LIFTED = ['feature.name', 'feature.component', 'error.type', 'session.id'];

/** True when the ids have the length of ids, or are not there. */
export const isLogKept = ({ traceId, spanId }: PlainLog): boolean =>
  [0, 32].includes(traceId.length) && [0, 16].includes(spanId.length);

/** Rows of all records whose ids are well-formed. */
export const expectedLogs = (request: PlainLogRequest): ReadLog[] =>
  request.flatMap((resource) =>
    resource.scopes.flatMap((scope) =>
      scope.logs.filter(isLogKept).map((log) => expectedLog(resource, scope, log)),
    ),
  );

function expectedLog(resource: PlainLogResource, scope: PlainLogScope, log: PlainLog): ReadLog {
  const marks = new Set<string>();
  const first = new Map<string, Any>();
  for (const [key, value] of log.attributes) {
    if (first.has(key)) marks.add('DUPLICATE_KEYS');
    else first.set(key, value);
  }
  const text = (key: string): string => {
    const value = first.get(key);
    return value && 'string' in value ? value.string : '';
  };
  const lifted = new Set(LIFTED.filter((key) => text(key) !== ''));
  const user = text('user.hash') === '' ? 'user.id' : 'user.hash';
  if (text(user) !== '') lifted.add(user);
  if (user === 'user.id' && text(user) !== '') marks.add('RAW_USER');
  if (log.eventName === '' && text('event.name') !== '') marks.add('EVENT_NAME_ATTRIBUTE');

  const isUsable = (time: bigint): boolean => time >= EARLIEST_NS && time <= RECEIVED_NS + DAY_NS;
  const observedTime = isUsable(log.observedNs) ? log.observedNs : RECEIVED_NS;
  const originals: string[] = [];
  const judge = (time: bigint, name: string, missing: string): void => {
    if (time === 0n) marks.add(missing);
    else if (!isUsable(time)) originals.push(`"${name}":"${time}"`);
  };
  judge(log.timeNs, 'timeUnixNano', 'NO_TIME');
  judge(log.observedNs, 'observedTimeUnixNano', 'NO_OBSERVED_TIME');
  if (originals.length > 0) marks.add('TIME_CLAMPED');

  const { body } = log;
  const isText = body !== undefined && body !== null && 'string' in body;
  if (!isText) marks.add('JSON_BODY');
  const serviceName = resource.attributes.find(([key]) => key === 'service.name')?.[1];
  return {
    time: isUsable(log.timeNs) ? log.timeNs : observedTime,
    observedTime,
    receivedTime: RECEIVED_NS,
    traceId: log.traceId.padEnd(32, '0'),
    spanId: log.spanId.padEnd(16, '0'),
    resource: envelopeJson('', resource),
    service: serviceName && 'string' in serviceName ? serviceName.string : '',
    scope: envelopeJson(
      (scope.name && `,"name":${JSON.stringify(scope.name)}`) +
        (scope.version && `,"version":${JSON.stringify(scope.version)}`),
      scope,
    ),
    severityNumber: log.severityNumber,
    severityText: log.severityText,
    eventName: log.eventName || text('event.name'),
    feature: text('feature.name'),
    component: text('feature.component'),
    errorType: text('error.type'),
    session: text('session.id'),
    user: text(user),
    flags: log.flags,
    droppedAttributes: log.droppedAttributes,
    body: isText ? body.string : body === undefined ? '' : valueJson(body),
    attributes: canonical(
      log.attributes.filter(
        ([key], index) =>
          !lifted.has(key) || log.attributes.findIndex(([other]) => other === key) !== index,
      ),
    ),
    original: originals.length === 0 ? '' : `{${originals.join(',')}}`,
    markNames: [...marks].toSorted(),
  };
}
