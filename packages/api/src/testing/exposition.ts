/** A strict reader of Prometheus' text format 0.0.4, written from its description and not from our writer. */

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface ExposedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: Sample[];
}

/** Families in their order; throws at whatever Prometheus or `promtool check metrics` would not take. */
export function parseExposition(text: string): ExposedFamily[] {
  const families: ExposedFamily[] = [];
  const seen = new Set<string>();
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end');
  let help: { name: string; text: string } | undefined;
  for (const line of text.split('\n').slice(0, -1)) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/u.exec(line);
    const [, kind, name = '', rest = ''] = comment ?? [];
    if (kind === 'HELP') {
      help = { name, text: unescapeHelp(rest) };
    } else if (kind === 'TYPE') {
      const type = rest;
      if (help?.name !== name) throw new Error(`${name} has no HELP line before its TYPE`);
      if (!['counter', 'gauge', 'histogram'].includes(type)) throw new Error(`type ${type}`);
      if (families.some((family) => family.name === name)) throw new Error(`${name} comes twice`);
      if ((type === 'counter') !== name.endsWith('_total'))
        throw new Error(`${name} is a ${type}, and only counters end in _total`);
      families.push({ name, type, help: help.text, samples: [] });
    } else {
      const sample = parseSample(line);
      const family = families.at(-1);
      if (family === undefined || !belongs(sample.name, family))
        throw new Error(`${sample.name} is not under its own TYPE`);
      const series = JSON.stringify([
        sample.name,
        Object.entries(sample.labels).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      ]);
      if (seen.has(series)) throw new Error(`the series ${series} comes twice`);
      seen.add(series);
      family.samples.push(sample);
    }
  }
  for (const family of families) checkFamily(family);
  return families;
}

const belongs = (sample: string, { name, type }: ExposedFamily): boolean =>
  type === 'histogram'
    ? [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(sample)
    : sample === name;

function checkFamily({ name, type, samples }: ExposedFamily): void {
  if (samples.length === 0) throw new Error(`${name} has no sample`);
  if (type === 'counter' && samples.some(({ value }) => !(value >= 0)))
    throw new Error(`${name} is a counter below 0`);
  if (type !== 'histogram') return;
  const counts = samples.filter((sample) => sample.name === `${name}_count`);
  for (const count of counts) {
    const own = samples.filter(
      (sample) =>
        sample.name === `${name}_bucket` &&
        Object.entries(count.labels).every(([key, value]) => sample.labels[key] === value),
    );
    const bounds = own.map(({ labels }) => toNumber(labels['le'] ?? ''));
    const values = own.map(({ value }) => value);
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY || values.at(-1) !== count.value)
      throw new Error(`${name} has no +Inf bucket that equals its count`);
    const isRising = (numbers: readonly number[]): boolean =>
      numbers.every((number, index) => index === 0 || number >= (numbers[index - 1] ?? 0));
    if (!isRising(bounds) || !isRising(values)) throw new Error(`${name} has buckets that fall`);
  }
}

function parseSample(line: string): Sample {
  const [name = ''] = /^[a-zA-Z_:][a-zA-Z0-9_:]*/u.exec(line) ?? [];
  if (name === '') throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  let at = name.length;
  if (line[at] === '{') {
    at++;
    while (line[at] !== '}') {
      const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,?)/u.exec(line.slice(at));
      if (label === null) throw new Error(`no label at ${at}: ${line}`);
      const [whole, key = '', text = '', comma] = label;
      if (Object.hasOwn(labels, key)) throw new Error(`a label twice: ${line}`);
      labels[key] = unescapeLabel(text);
      at += whole.length;
      if (comma === '' && line[at] !== '}') throw new Error(`no comma at ${at}: ${line}`);
    }
    at++;
  }
  const [, value = ''] = /^ (\S+)$/u.exec(line.slice(at)) ?? [];
  return { name, labels, value: toNumber(value) };
}

function toNumber(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  if (text === 'NaN') return Number.NaN;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/u.test(text)) throw new Error(`no number: ${text}`);
  return Number(text);
}

const unescapeLabel = (text: string): string =>
  text.replaceAll(/\\(["\\n])/gu, (_, sign: string) => (sign === 'n' ? '\n' : sign));

const unescapeHelp = (text: string): string =>
  text.replaceAll(/\\([\\n])/gu, (_, sign: string) => (sign === 'n' ? '\n' : sign));
