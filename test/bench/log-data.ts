/** Seeded log records over 28 days, straight into a store by its own landing path. */
import { fileURLToPath } from 'node:url';
import { ensureData } from './bench-data.ts';
import { loadBuilt } from './built.ts';
import { DAY_NS, DAYS, mix, setId, setText, setTime, UPKEEP, type BenchBatch } from './columns.ts';
import { createSeeded, type Seeded } from './seeded.ts';
import { writeSender } from './sender.ts';

const VERSION = 1;

/** Makes so many records in the folder, unless they are there already. */
export async function ensureLogData(folder: string, records: number): Promise<void> {
  await ensureData(folder, fileURLToPath(import.meta.url), { version: VERSION, records });
}

const COMPONENTS = 12;
/** The component with this number; the first ones say most. */
export const componentName = (component: number): string => `component-${String(component)}`;

/** Ten records of all say this, at even distances. */
export const RARE_TEXT = 'Replica r7 fell behind';
const RARE_RECORDS = 10;
/** A component that says little, of every thousandth record, and of these only ten are fatal. */
export const QUIET_COMPONENT = 'vault';

async function makeData(folder: string, records: number): Promise<void> {
  const { openStore, Batch, ROW_GROUP_ROWS } = await loadBuilt();
  const store = await openStore({ dataDir: folder });
  const seeded = createSeeded(20_261_122);
  try {
    const batch = new Batch();
    let landed = 0n;
    for (let first = 0; first < records; first += ROW_GROUP_ROWS) {
      if (first === 0) writeWords(batch);
      fill(batch, first, Math.min(ROW_GROUP_ROWS, records - first), records, seeded);
      await store.land(batch, { record: ++landed, rows: 0 });
    }
    await store.keepUp(UPKEEP);
    await store.checkpoint();
  } finally {
    await store.close();
  }
}

const WORD = { service: 101, text: 110, quiet: 120, event: 130 } as const;
const LEVELS = [
  { number: 5, text: 'DEBUG', share: 0.15 },
  { number: 9, text: 'INFO', share: 0.9 },
  { number: 13, text: 'WARN', share: 0.97 },
  { number: 17, text: 'ERROR', share: 1 },
  { number: 21, text: 'FATAL', share: 1 },
] as const;
const FATAL = 4;

function writeWords(batch: BenchBatch): void {
  const words = new Map<number, string>([
    ...Array.from({ length: COMPONENTS }, (_, at) => [at + 1, componentName(at)] as const),
    ...LEVELS.map(({ text }, at) => [WORD.text + at, text] as const),
    [WORD.service, 'shop'],
    [WORD.quiet, QUIET_COMPONENT],
    [WORD.event, 'checkout.step'],
  ]);
  writeSender(batch, words, WORD.service);
}

/** Lines in the order of their time, half of them within a trace. */
function fill(
  { logs }: BenchBatch,
  first: number,
  count: number,
  records: number,
  { random, below }: Seeded,
): void {
  const { offset } = logs;
  logs.reserve(count);
  logs.rows = count;
  const step = Number(BigInt(DAYS) * DAY_NS) / records;
  const rareEvery = Math.floor(records / RARE_RECORDS);
  for (let row = 0; row < count; row++) {
    const index = first + row;
    const isRare = index % rareEvery === Math.floor(rareEvery / 2);
    const isFatal = index % rareEvery === Math.floor(rareEvery / 3);
    const isQuiet = isFatal || index % 1000 === 0;
    const share = random();
    const level = isFatal ? FATAL : LEVELS.findIndex((one) => share <= one.share);
    const sinceNs = Math.floor((index + random()) * step);
    const trace = Math.floor(index / 8);
    setTime(logs, offset.time, row, sinceNs);
    setTime(logs, offset.observed_time, row, sinceNs + 2000);
    setTime(logs, offset.received_time, row, sinceNs + 2e9);
    setId(logs, offset.seq, row, index + 1);
    const isTraced = trace % 2 === 0;
    const at = (offset.trace_id >> 2) + row * 4;
    logs.words[at] = isTraced ? trace : 0;
    logs.words[at + 1] = 0;
    logs.words[at + 2] = isTraced ? mix(trace ^ 0x5bd1_e995) : 0;
    // The top bit of a UUID is stored flipped.
    logs.words[at + 3] = (isTraced ? mix(trace) : 0) ^ 0x8000_0000;
    setId(logs, offset.span_id, row, isTraced ? index + 1 : 0);
    logs.words[(offset.resource_id >> 2) + row] = 1;
    logs.words[(offset.scope_id >> 2) + row] = 1;
    logs.words[(offset.severity_number >> 2) + row] = LEVELS[level]?.number ?? 0;
    setId(logs, offset.severity_text_id, row, WORD.text + level);
    setId(logs, offset.event_name_id, row, below(20) === 0 ? WORD.event : 0);
    setId(logs, offset.feature_id, row, 0);
    const component = isQuiet ? WORD.quiet : 1 + Math.floor(COMPONENTS * random() ** 2);
    setId(logs, offset.component_id, row, component);
    setId(logs, offset.error_type_id, row, 0);
    setId(logs, offset.session_id, row, 0);
    setId(logs, offset.user_id, row, 0);
    logs.words[(offset.flags >> 2) + row] = 1;
    logs.words[(offset.marks >> 2) + row] = 0;
    logs.words[(offset.dropped_attributes >> 2) + row] = 0;
    setText(logs, offset.body, row, isRare ? rareLine(index) : lineOf(below));
    setText(logs, offset.attributes, row, attributesOf(index, below));
  }
}

const rareLine = (index: number): string =>
  `${RARE_TEXT} by ${String(index % 900)} s and is being read from the snapshot anew, orders go to r2`;

/** 50 to 100 letters, of 24 forms. */
function lineOf(below: Seeded['below']): string {
  const [order, user, ms, worker] = [below(1e6), below(20_000), below(900), below(16)].map(String);
  const form = below(24);
  const verb = VERBS[form % 8] ?? 'handled';
  if (form < 8) return `order ${order} of user ${user} was ${verb} in ${ms} ms by worker ${worker}`;
  if (form < 16)
    return `${verb} basket of user ${user}: ${String(below(30))} items, total ${order} cents, ${ms} ms, node ${worker}`;
  return `GET /api/products/${order}?ref=home&page=${worker} ${verb} with 200 in ${ms} ms, ${user} bytes`;
}

const VERBS = [
  'handled',
  'priced',
  'checked',
  'stored',
  'shipped',
  'answered',
  'retried',
  'queued',
];

const attributesOf = (index: number, below: Seeded['below']): string =>
  `{"code.function.name":"Checkout.step${String(below(40))}","thread.id":${String(below(16))}` +
  `,"order.total":${String(below(100_000) / 100 + 0.005)},"order.express":${below(4) === 0 ? 'true' : 'false'}` +
  `,"app.order":"${String(mix(index >> 1))}"}`;

/** The order that two records of an index have in common, as an attribute. */
export const orderOf = (index: number): string => String(mix(index >> 1));

const [, script, folder, records] = process.argv;
if (script === fileURLToPath(import.meta.url) && folder !== undefined)
  await makeData(folder, Number(records));
