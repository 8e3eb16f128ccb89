/** The program that sends what a process leaves behind; it runs in a child process or in a worker thread. */
import { SPLIT_FUNCTION } from './split-request.ts';

/**
 * Text for `node -e` and for an evaluated worker, so that it runs the same from source, from dist and from a bundle.
 * The job is a length (u32, little endian), that many bytes of JSON, then the bodies one after the other. A request
 * with `file` is read from there, taken over by a rename, and removed when it is done with. The answer is two numbers
 * for each request, records delivered and records refused, and a last one that says that it is complete. A patient one, which
 * nobody waits for, says on file descriptor 3 what was lost.
 */
export const UPLOAD_SCRIPT = `
const { workerData } = require('node:worker_threads');
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const whole = workerData ? Buffer.from(workerData.job) : fs.readFileSync(0);
const begin = 4 + whole.readUInt32LE(0);
const { targets, requests, patient, timeoutMs, pid } = JSON.parse(whole.subarray(4, begin));
const counts = workerData ? new Int32Array(workerData.counts) : new Int32Array(2 * requests.length + 1);
const until = Date.now() + timeoutMs;
let at = begin;
for (const request of requests) {
  if (request.file !== undefined) continue;
  request.body = whole.subarray(at, at + request.size);
  at += request.size;
}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const post = (target, body) => new Promise((resolve) => {
  const secure = target.url.startsWith('https:');
  // As the sender of the process does it: a receiver knows a request that it has by its bytes.
  const packed = target.gzip ? zlib.gzipSync(body, { level: zlib.constants.Z_BEST_SPEED }) : body;
  const headers = { ...target.headers, 'content-type': 'application/x-protobuf', 'content-length': packed.length };
  if (target.gzip) headers['content-encoding'] = 'gzip';
  const options = { method: 'POST', headers, ...target.tls };
  let sent;
  const timer = setTimeout(() => sent?.destroy(new Error('timeout')), Math.max(1, until - Date.now()));
  const done = (verdict) => { clearTimeout(timer); resolve(verdict); };
  try {
    sent = require(secure ? 'node:https' : 'node:http').request(target.url, options, (answer) => {
      const { statusCode } = answer;
      answer.resume();
      answer.on('error', () => {});
      answer.on('close', () => done({
        answered: true,
        reason: 'HTTP ' + statusCode,
        delivered: statusCode >= 200 && statusCode < 300,
        tooLarge: statusCode === 413,
        again: [429, 502, 503, 504].includes(statusCode),
        waitMs: Number(answer.headers['retry-after']) * 1000 || 0,
      }));
    });
    sent.on('error', (error) => done({ reason: error.code || error.message, answered: false, again: true, waitMs: 0 }));
    sent.end(packed);
  } catch (error) {
    done({ reason: error.code || error.message, answered: false, again: false, waitMs: 0 });
  }
});
const takeOver = (file) => {
  const mine = path.join(path.dirname(file), path.basename(file).replace(/^\\d+/, String(process.pid)));
  if (mine !== file) fs.renameSync(file, mine);
  return mine;
};
const halve = (body) => {${SPLIT_FUNCTION}};
const send = async (target, i, body, records) => {
  for (let pauseMs = 250; ; pauseMs *= 2) {
    const verdict = await post(target, body);
    const halves = verdict.tooLarge ? halve(body) : undefined;
    if (halves !== undefined) {
      const first = Math.ceil(records / 2);
      return (await send(target, i, halves[0], first)) && send(target, i, halves[1], records - first);
    }
    if (verdict.delivered || !verdict.again) {
      if (!verdict.delivered) target.reason = verdict.reason;
      counts[2 * i + (verdict.delivered ? 0 : 1)] += records;
      return true;
    }
    target.reason = verdict.reason;
    const waitMs = Math.max(verdict.waitMs, pauseMs);
    if ((!verdict.answered && !patient) || Date.now() + waitMs >= until) return false;
    await sleep(waitMs);
  }
};
const sendFile = async (target, i, file, records) => {
  let mine, body;
  try {
    mine = takeOver(file);
    body = fs.readFileSync(mine);
  } catch {
    // Somebody else took it.
    return true;
  }
  const isDone = await send(target, i, body, records);
  if (isDone) fs.rmSync(mine, { force: true });
  return isDone;
};
// What lies in a file and was not refused waits there for the next start.
const sayLosses = () => {
  const lost = {};
  const reasons = new Set();
  let isKept = true;
  requests.forEach(({ noun, recordCount, file, target }, i) => {
    const count = file === undefined ? recordCount - counts[2 * i] : counts[2 * i + 1];
    if (noun === undefined || count === 0) return;
    lost[noun] = (lost[noun] || 0) + count;
    reasons.add(new URL(targets[target].url).origin + ': ' + targets[target].reason);
    if (file === undefined && counts[2 * i + 1] < count) isKept = false;
  });
  const said = Object.entries(lost).map(([noun, count]) => count + ' ' + noun).join(' and ');
  if (said === '') return;
  const remedy = isKept ? '' : '; HEARTWOOD_SPOOL_DIR keeps what no receiver takes for the next start';
  try {
    fs.writeSync(3, 'heartwood: ' + said + ' that process ' + pid + ' left at its end are lost ('
      + [...reasons].join(', ') + ')' + remedy + '\\n');
  } catch {
    // The terminal is gone.
  }
};
Promise.all(targets.map(async (target, index) => {
  for (const [i, { target: at, body, file, recordCount }] of requests.entries()) {
    if (at !== index) continue;
    const isDone = await (file === undefined ? send(target, i, body, recordCount) : sendFile(target, i, file, recordCount));
    if (!isDone) return;
  }
})).finally(() => {
  counts[2 * requests.length] = 1;
  if (patient) sayLosses();
  if (workerData) Atomics.notify(counts, 2 * requests.length);
  else fs.writeSync(1, Buffer.from(counts.buffer));
});
`;
