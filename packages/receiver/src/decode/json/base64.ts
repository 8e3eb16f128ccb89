/** Bytes of OTLP/JSON: base64 in, and the form that they have in the attributes out. */
import type { JsonScanner } from './scanner.ts';
import type { JsonText } from '../text/json-text.ts';

/** Standard and URL-safe base64, padded or not, as the proto3 JSON mapping accepts. */
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Reads a string of base64 and writes its bytes; the scratch area holds them meanwhile. */
export function writeBase64(s: JsonScanner, out: JsonText): void {
  const { source } = s;
  s.string();
  const text = Buffer.from(source.slice(s.start, s.length)).toString('latin1');
  if (!BASE64.test(text)) s.fail('bytesValue is not base64');
  const start = source.keep(Buffer.from(text, 'base64'));
  out.bytes(source.scratchView, ~start, source.scratchEnd - ~start);
}
