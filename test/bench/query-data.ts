/** Seeded runs of features over 28 days, straight into a store by its own landing path; a process of its own, so that the questions are asked with fresh memory. */
import { fileURLToPath } from 'node:url';
import { ensureData } from './bench-data.ts';
import { loadBuilt } from './built.ts';
import { DAY_NS, DAYS, mix, setId, setText, setTime, UPKEEP, type BenchBatch } from './columns.ts';
import { createSeeded, type Seeded } from './seeded.ts';
import { writeSender } from './sender.ts';

export const FEATURES = 60;
const ACTORS = 20_000;
/** Part of what the data looks like: data of another version is made anew. */
const VERSION = 1;

/** Makes the data in the folder, unless it is there already. */
export async function ensureQueryData(folder: string, runs: number): Promise<void> {
  await ensureData(folder, fileURLToPath(import.meta.url), { version: VERSION, runs });
}

/** Id of the trace with this number, 32 hexadecimal digits. */
export function traceIdOf(trace: number): string {
  return (
    mix(trace).toString(16).padStart(8, '0') +
    mix(trace ^ 0x5bd1_e995)
      .toString(16)
      .padStart(8, '0') +
    trace.toString(16).padStart(16, '0')
  );
}

/** Four runs a trace. */
export const RUNS_A_TRACE = 4;

/** Name of a feature, from 0. */
export const featureName = (feature: number): string => `feature-${String(feature)}`;

async function makeData(folder: string, runs: number): Promise<void> {
  const { openStore, Batch, ROW_GROUP_ROWS } = await loadBuilt();
  const store = await openStore({ dataDir: folder });
  const seeded = createSeeded(20_261_026);
  const sessions = new Uint8Array(ACTORS * DAYS);
  const users = new Uint8Array(ACTORS);
  try {
    const batch = new Batch();
    let record = 0n;
    for (let first = 0; first < runs; first += ROW_GROUP_ROWS) {
      const count = Math.min(ROW_GROUP_ROWS, runs - first);
      if (first === 0) writeWords(batch);
      writeIdentities(batch, fill(batch, first, count, runs, seeded), { sessions, users });
      await store.land(batch, { record: ++record, rows: 0 });
    }
    await store.keepUp(UPKEEP);
    await store.checkpoint();
  } finally {
    await store.close();
  }
}

/** Ids of words: features from 1, then these. */
const WORD = { service: 101, name: 102, component: 103, version: 104, category: 110 } as const;
const CATEGORIES = [
  'web_interface',
  'ai_provider',
  'database_operation',
  'file_operation',
  'other',
];
/** Ids of sessions begin behind those of users. */
const FIRST_SESSION = ACTORS + 1;

function writeWords(batch: BenchBatch): void {
  const words = new Map<number, string>([
    ...Array.from({ length: FEATURES }, (_, index) => [index + 1, featureName(index)] as const),
    [WORD.service, 'shop'],
    [WORD.name, 'work'],
    [WORD.component, 'web'],
    [WORD.version, '4.17.2'],
    ...CATEGORIES.map((category, index) => [WORD.category + index, category] as const),
  ]);
  writeSender(batch, words, WORD.service);
}

interface Seen {
  readonly sessions: Uint8Array;
  readonly users: Uint8Array;
}

/** Rows of the users and sessions that a batch is the first to have. */
function writeIdentities({ identities }: BenchBatch, found: Int32Array, seen: Seen): void {
  const write = (id: number, text: string): void => {
    identities.reserve(1);
    const row = identities.rows++;
    setId(identities, identities.offset.id, row, id);
    setId(identities, identities.offset.hash, row, id);
    setText(identities, identities.offset.text, row, text);
  };
  for (const session of found) {
    if (seen.sessions[session] === 1) continue;
    seen.sessions[session] = 1;
    write(FIRST_SESSION + session, `s-${String(session * 7919)}`);
    const user = Math.floor(session / DAYS);
    if (seen.users[user] === 1) continue;
    seen.users[user] = 1;
    write(user + 1, (user * 2_654_435_761).toString(16).padStart(16, '0'));
  }
}

/**
 * Fills a batch with runs in the order of their time; their sessions, one a user and day, come back. Some features and users
 * do much more than others, as in the workload of the intake; a tenth fails, and one in 25 has no user.
 */
function fill(
  batch: BenchBatch,
  first: number,
  count: number,
  runs: number,
  { random, below }: Seeded,
): Int32Array {
  const { spans } = batch;
  const { offset } = spans;
  const found = new Int32Array(count);
  spans.reserve(count);
  spans.rows = count;
  const step = Number(BigInt(DAYS) * DAY_NS) / runs;
  for (let row = 0; row < count; row++) {
    const index = first + row;
    const feature = Math.floor(FEATURES * random() ** 2);
    const user = Math.floor(ACTORS * random() ** 3);
    const sinceNs = Math.floor((index + random()) * step);
    const session = user * DAYS + Math.min(DAYS - 1, Math.floor(sinceNs / 86_400e9));
    const isFailed = random() < 0.1;
    const trace = Math.floor(index / RUNS_A_TRACE);
    found[row] = session;
    setTime(spans, offset.start_time, row, sinceNs);
    setTime(spans, offset.received_time, row, sinceNs + 2e9);
    setId(spans, offset.duration_ns, row, Math.floor(10 ** (4 + random() * 5.5)));
    setId(spans, offset.seq, row, index + 1);
    const at = (offset.trace_id >> 2) + row * 4;
    spans.words[at] = trace;
    spans.words[at + 1] = 0;
    spans.words[at + 2] = mix(trace ^ 0x5bd1_e995);
    // The top bit of a UUID is stored flipped.
    spans.words[at + 3] = mix(trace) ^ 0x8000_0000;
    setId(spans, offset.span_id, row, index + 1);
    setId(spans, offset.parent_span_id, row, index % RUNS_A_TRACE === 0 ? 0 : index);
    spans.words[(offset.resource_id >> 2) + row] = 1;
    spans.words[(offset.scope_id >> 2) + row] = 1;
    setId(spans, offset.name_id, row, WORD.name);
    setId(spans, offset.feature_id, row, feature + 1);
    setId(spans, offset.category_id, row, WORD.category + (feature % CATEGORIES.length));
    setId(spans, offset.component_id, row, WORD.component);
    setId(spans, offset.version_id, row, WORD.version);
    setId(spans, offset.error_type_id, row, 0);
    setId(spans, offset.session_id, row, FIRST_SESSION + session);
    setId(spans, offset.user_id, row, user % 25 === 24 ? 0 : user + 1);
    spans.words[(offset.kind >> 2) + row] = 1;
    spans.words[(offset.status_code >> 2) + row] = isFailed ? 2 : 0;
    spans.words[(offset.flags >> 2) + row] = 1;
    spans.words[(offset.marks >> 2) + row] = 0;
    spans.bytes[offset.feature_status + row] = isFailed ? 2 : 1;
    spans.bytes[offset.tier + row] = 1 + below(5);
    spans.doubles[(offset.efficiency >> 3) + row] = Math.round(random() * 1000) / 1000;
    spans.words[(offset.iterations >> 2) + row] = 1;
    setId(spans, offset.input_size, row, below(100_000));
    setId(spans, offset.output_size, row, below(5000));
    setText(spans, offset.attributes, row, attributesOf(index, isFailed, below));
  }
  return found;
}

function attributesOf(index: number, isFailed: boolean, below: Seeded['below']): string {
  const url =
    below(10) < 3
      ? `,"url.full":"https://shop.example.com/products/${String(below(10_000))}?ref=home&campaign=${String(below(50))}"`
      : '';
  return (
    `{"http.request.method":"${below(4) === 0 ? 'POST' : 'GET'}","http.response.status_code":${isFailed ? '502' : '200'}` +
    `,"http.request.body.size":${String(below(100_000))},"app.cache.hit":${below(2) === 0 ? 'true' : 'false'}` +
    `,"app.order":"${String(mix(index >> 1))}"${url}}`
  );
}

/** The order that two runs of an index have in common, as an attribute. */
export const orderOf = (index: number): string => String(mix(index >> 1));

const [, script, folder, runs] = process.argv;
if (script === fileURLToPath(import.meta.url) && folder !== undefined)
  await makeData(folder, Number(runs));
