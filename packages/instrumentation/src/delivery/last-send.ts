/** Sends requests from a process that is ending and runs nothing asynchronous any more. */
import { spawnSync } from 'node:child_process';
import type { Endpoint } from './endpoint.ts';

/**
 * Hands the requests to a short-lived child process and waits for it, at most `timeoutMs`; takes about 130 ms. True
 * when the receiver took all of them. Never throws.
 */
export function sendSynchronously(
  endpoint: Endpoint,
  requests: readonly Uint8Array[],
  timeoutMs: number,
): boolean {
  try {
    const env = { ...process.env };
    // The child must not be preloaded itself.
    delete env['NODE_OPTIONS'];
    const child = spawnSync(process.execPath, ['-e', CHILD, endpoint.url.href, String(timeoutMs)], {
      env,
      // Headers may hold a token: they travel with the bodies, not where `ps` shows them.
      input: Buffer.concat([
        frame(Buffer.from(JSON.stringify(endpoint.headers))),
        ...requests.map(frame),
      ]),
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: timeoutMs,
      windowsHide: true,
    });
    return child.status === 0;
  } catch {
    return false;
  }
}

function frame(body: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return Buffer.concat([length, body]);
}

// Text for `node -e`, so that it runs the same from source, from dist and from a bundle.
const CHILD = `
const [url, timeout] = process.argv.slice(1);
const all = require('fs').readFileSync(0);
const frames = [];
for (let at = 0; at < all.length; ) {
  const end = at + 4 + all.readUInt32LE(at);
  frames.push(all.subarray(at + 4, end));
  at = end;
}
const headers = { ...JSON.parse(frames.shift()), 'content-type': 'application/x-protobuf' };
const { request } = require(new URL(url).protocol === 'https:' ? 'https' : 'http');
const post = (body) => new Promise((resolve, reject) => {
  const options = { method: 'POST', timeout: Number(timeout), headers: { ...headers, 'content-length': body.length } };
  const sent = request(url, options, (answer) => {
    answer.resume();
    answer.on('end', () => (answer.statusCode < 300 ? resolve() : reject(new Error(String(answer.statusCode)))));
  });
  sent.on('error', reject);
  sent.end(body);
});
(async () => { for (const body of frames) await post(body); })().then(() => process.exit(0), () => process.exit(1));
`;
