/** The program that says of operations that the event loop of their thread is blocked; it runs in a thread of its own. */

/**
 * Text for an evaluated worker, so that it runs the same from source, from dist and from a bundle. `workerData` has the
 * beat of the main thread (nanoseconds of `process.hrtime`, which all threads share) and where requests go; messages
 * say which operations there are, as forms whose blanks are filled in here. Nothing is tried twice: the next heartbeat
 * says the same.
 */
export const WATCHDOG_SCRIPT = `
const { workerData, parentPort } = require('node:worker_threads');
const { url, headers, gzip, tls, timeoutMs } = workerData.target;
const beat = new BigInt64Array(workerData.beat);
const operations = new Map();
let resource, scope, timer, lookMs = 0;
let lookedNs = process.hrtime.bigint();
let resumedNs = lookedNs;
let underWay = 0;

const field = (number, ...parts) => {
  const size = [];
  let rest = parts.reduce((sum, part) => sum + part.length, 0);
  for (; rest > 127; rest = Math.floor(rest / 128)) size.push((rest % 128) + 128);
  return Buffer.concat([Buffer.from([number * 8 + 2, ...size, rest]), ...parts]);
};
const fill = ({ form, timeAt, elapsedAt, blockedAt, startedNs }, nowNs, blockedNs) => {
  for (const at of timeAt) form.writeBigUInt64LE(BigInt(Date.now()) * 1000000n, at);
  form.writeDoubleLE(Number(nowNs - startedNs) / 1e9, elapsedAt);
  form.writeDoubleLE(Number(blockedNs) / 1e9, blockedAt);
  return form;
};
// Modules that most threads of this kind never need: nothing is sent as long as the loop turns.
const send = (records) => {
  const http = require(url.startsWith('https:') ? 'node:https' : 'node:http');
  const zlib = require('node:zlib');
  const plain = field(1, resource, field(2, scope, ...records));
  const body = gzip ? zlib.gzipSync(plain, { level: zlib.constants.Z_BEST_SPEED }) : plain;
  const own = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
  if (gzip) own['content-encoding'] = 'gzip';
  underWay += 1;
  const request = http.request(url, { method: 'POST', headers: { ...headers, ...own }, ...tls });
  const giveUp = setTimeout(() => request.destroy(), timeoutMs);
  request.on('error', () => {});
  request.on('response', (answer) => answer.on('error', () => {}).resume());
  request.on('close', () => {
    clearTimeout(giveUp);
    underWay -= 1;
  });
  request.end(body);
};
const look = () => {
  const nowNs = process.hrtime.bigint();
  // This thread stood still as well, for a heartbeat: the process was stopped, or the machine slept.
  if (nowNs - lookedNs > BigInt(4 * lookMs) * 1000000n) resumedNs = nowNs;
  lookedNs = nowNs;
  const beatNs = Atomics.load(beat, 0);
  const blockedNs = nowNs - (beatNs > resumedNs ? beatNs : resumedNs);
  if (underWay > 0) return;
  const records = [];
  for (const operation of operations.values()) {
    const heartbeatNs = BigInt(operation.heartbeatMs) * 1000000n;
    if (blockedNs * 2n < heartbeatNs * 3n) continue;
    // Looks come four times in a heartbeat, and a little early or late.
    if ((nowNs - operation.saidNs) * 8n < heartbeatNs * 7n) continue;
    operation.saidNs = nowNs;
    records.push(fill(operation, nowNs, blockedNs));
  }
  for (let at = 0; at < records.length; at += 512) send(records.slice(at, at + 512));
};
const plan = () => {
  let least = Infinity;
  for (const { heartbeatMs } of operations.values()) least = Math.min(least, heartbeatMs);
  if (least / 4 === lookMs || least === Infinity) return;
  lookMs = Math.ceil(least / 4);
  clearInterval(timer);
  timer = setInterval(look, lookMs);
};
parentPort.on('message', ({ gone, added, ...shared }) => {
  ({ resource, scope } = { resource, scope, ...shared });
  for (const id of gone) operations.delete(id);
  for (const { id, record, ...rest } of added) {
    operations.set(id, { form: Buffer.from(record.buffer), saidNs: 0n, ...rest });
  }
  plan();
});
`;
