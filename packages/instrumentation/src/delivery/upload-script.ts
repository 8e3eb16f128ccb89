/** The program that sends what a process leaves behind; it runs in a child process or in a worker thread. */

/** What became of each request; the numbers are those of the script. */
export const UPLOAD = { pending: 0, delivered: 1, refused: 2, undelivered: 3 } as const;

/**
 * Text for `node -e` and for an evaluated worker, so that it runs the same from source, from dist and from a bundle.
 * The job is a length (u32, little endian), that many bytes of JSON, then the bodies one after the other. A request
 * with `file` is read from there, taken over by a rename, and removed when it is done with.
 */
export const UPLOAD_SCRIPT = `
const { workerData } = require('node:worker_threads');
const fs = require('node:fs');
const path = require('node:path');
const whole = workerData ? Buffer.from(workerData.job) : fs.readFileSync(0);
const begin = 4 + whole.readUInt32LE(0);
const { targets, requests, patient, timeoutMs } = JSON.parse(whole.subarray(4, begin));
const states = workerData ? new Int32Array(workerData.states) : new Int32Array(requests.length + 1);
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
  const headers = { ...target.headers, 'content-type': 'application/x-protobuf', 'content-length': body.length };
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
        delivered: statusCode >= 200 && statusCode < 300,
        again: [429, 502, 503, 504].includes(statusCode),
        waitMs: Number(answer.headers['retry-after']) * 1000 || 0,
      }));
    });
    sent.on('error', () => done({ answered: false, again: true, waitMs: 0 }));
    sent.end(body);
  } catch {
    done({ answered: false, again: false, waitMs: 0 });
  }
});
const takeOver = (file) => {
  const mine = path.join(path.dirname(file), path.basename(file).replace(/^\\d+/, String(process.pid)));
  if (mine !== file) fs.renameSync(file, mine);
  return mine;
};
const sendOne = async (target, request) => {
  let file, body = request.body;
  try {
    if (request.file !== undefined) {
      file = takeOver(request.file);
      body = fs.readFileSync(file);
    }
  } catch {
    return ${UPLOAD.undelivered};
  }
  for (let pauseMs = 250; ; pauseMs *= 2) {
    const verdict = await post(target, body);
    if (verdict.delivered || !verdict.again) {
      if (file !== undefined) fs.rmSync(file, { force: true });
      return verdict.delivered ? ${UPLOAD.delivered} : ${UPLOAD.refused};
    }
    const waitMs = Math.max(verdict.waitMs, pauseMs);
    if ((!verdict.answered && !patient) || Date.now() + waitMs >= until) return ${UPLOAD.undelivered};
    await sleep(waitMs);
  }
};
Promise.all(targets.map(async (target, index) => {
  let gone = false;
  for (const [i, request] of requests.entries()) {
    if (request.target !== index) continue;
    states[i] = gone ? ${UPLOAD.undelivered} : await sendOne(target, request);
    gone = states[i] === ${UPLOAD.undelivered};
  }
})).finally(() => {
  states[requests.length] = 1;
  if (workerData) Atomics.notify(states, requests.length);
  else fs.writeSync(1, Buffer.from(states.buffer));
});
`;
