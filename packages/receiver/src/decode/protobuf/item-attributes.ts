/** The attributes of everything that is not a record, protobuf to JSON text. */
import { MARK } from '@heartwood/store/batch';
import type { JsonText } from '../text/json-text.ts';
import type { OpenRequest } from '../open-request.ts';
import { readAttribute } from './attribute.ts';
import type { WireReader } from './wire.ts';

/** Writes the attributes of an event, link, resource or scope; returns how many were too many. */
export function readItemAttributes(
  r: WireReader,
  request: OpenRequest,
  out: JsonText,
  from: number,
  end: number,
  attributesTag: number,
  count: number,
  mode: 'item' | 'resource' = 'item',
): number {
  if (count === 0) return 0;
  out.raw(',"attributes":');
  return readAttributeObject(r, request, out, from, end, attributesTag, mode);
}

/** Writes the attributes in `[from, end)` as an object; returns how many were too many. */
export function readAttributeObject(
  r: WireReader,
  request: OpenRequest,
  out: JsonText,
  from: number,
  end: number,
  attributesTag: number,
  mode: 'item' | 'resource' = 'item',
): number {
  const before = request.known.mode;
  request.listNumber++;
  const at = out.pos;
  let place = 0;
  let dropped = 0;
  r.pos = from;
  request.known.mode = mode;
  while (r.pos < end) {
    const tag = r.varint();
    if (tag !== attributesTag) {
      r.skip(tag, end, 0);
      continue;
    }
    const length = r.length(end);
    const inner = r.pos + length;
    request.countAttribute();
    if (place < request.limits.recordItems && !out.isFull)
      readAttribute(r, request, out, request.itemKeys, place, inner);
    else dropped++;
    r.pos = inner;
    place++;
  }
  request.known.mode = before;
  out.closeObject(at);
  if (dropped > 0) out.marks |= MARK.TRUNCATED;
  return dropped;
}
