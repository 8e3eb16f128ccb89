/** Properties of runs and events as SQL expressions, and the joins that these need. */
import {
  ATTR_ERROR_TYPE,
  ATTR_FEATURE_CATEGORY,
  ATTR_FEATURE_COMPONENT,
  ATTR_FEATURE_EFFICIENCY,
  ATTR_FEATURE_INPUT_SIZE,
  ATTR_FEATURE_ITERATIONS,
  ATTR_FEATURE_METADATA_PREFIX,
  ATTR_FEATURE_NAME,
  ATTR_FEATURE_OUTPUT_SIZE,
  ATTR_FEATURE_PERFORMANCE_TIER,
  ATTR_FEATURE_STATUS,
  ATTR_FEATURE_VERSION,
  ATTR_SESSION_ID,
  ATTR_USER_HASH,
  ATTR_USER_ID,
} from '@heartwood/semconv';
import type { ColumnName, Property } from './condition.ts';
import type { Writer } from './writer.ts';

/** Where rows come from, as `s` in every expression: `spans` that are runs, the view `event_uses`, or events of spans. */
export type RowSource = 'run' | 'event' | 'spanEvent';

/** Writes properties of the rows of one source. */
export class Properties {
  readonly #source: RowSource;
  readonly #writer: Writer;
  readonly #joins = new Set<JoinName>();
  #needsSpans = false;

  constructor(source: RowSource, writer: Writer) {
    this.#source = source;
    this.#writer = writer;
  }

  /** Whether the expressions written so far need a column of runs that `run_uses` does not have. */
  get needsSpans(): boolean {
    return this.#needsSpans;
  }

  /** What the expressions written so far need behind FROM. */
  get joins(): string {
    // In the order of JOINS: the service hangs on the resource.
    const names = (Object.keys(JOINS) as JoinName[]).filter((name) => this.#joins.has(name));
    return names.map((name) => `LEFT JOIN ${JOINS[name]}\n`).join('');
  }

  /** A VARCHAR, NULL where the property is missing. */
  text(property: Property): string {
    const column = this.#column(property);
    if (column === undefined) return this.#json(property);
    // Nothing is lifted from the attributes of a span event: what it says itself goes before what its span says.
    if (this.#source === 'spanEvent' && property.kind === 'attribute')
      return `coalesce(${this.#json(property)}, ${column.sql})`;
    return column.type === 'number' ? `(${column.sql})::VARCHAR` : column.sql;
  }

  /** A finite DOUBLE, NULL where the property is missing or no number. */
  number(property: Property): string {
    const column = this.#column(property);
    return column?.type === 'number'
      ? `(${column.sql})::DOUBLE`
      : `fa_number(${this.text(property)})`;
  }

  /**
   * True of every row whose JSON has the property, and with this text: a search in bytes, where the JSON is read for each row
   * else. Bytes with an escape are let through, as the same text may be written in many ways there.
   */
  mayHave(property: Property, text?: string): string | undefined {
    if (this.#source === 'spanEvent' || !isInJson(property, this.#source)) return undefined;
    const part = this.#writer.param('text', text === undefined ? property.key : bytesOf(text));
    return `(contains(s.attributes, ${part}) OR contains(s.attributes, '\\'))`;
  }

  #column(property: Property): Column | undefined {
    const columns = COLUMNS[this.#source];
    const name =
      property.kind === 'attribute'
        ? LIFTED[this.#source].get(property.key)
        : property.kind === 'column'
          ? property.name
          : undefined;
    if (name === undefined || !IN_RUN_USES.has(name)) this.#needsSpans = true;
    if (name === undefined) return undefined;
    const column = columns[name] ?? NOTHING;
    for (const join of column.joins) this.#joins.add(join);
    return column;
  }

  #json(property: Property): string {
    if (property.kind === 'resource') {
      this.#joins.add('resource');
      const key = this.#writer.param('text', property.key);
      return `fa_attr_text(json_extract(resource.content, '/attributes'), ${key})`;
    }
    const key = property.kind === 'attribute' ? property.key : property.name;
    if (this.#source !== 'run')
      return `fa_attr_text(s.attributes, ${this.#writer.param('text', key)})`;
    const texts = keysOfRun(key).map(
      (name) => `fa_attr_text(s.attributes, ${this.#writer.param('text', name)})`,
    );
    return `coalesce(${texts.join(', ')})`;
  }
}

/** Whether rows of the source have the property as a member of their JSON. */
export const isInJson = (
  property: Property,
  source: RowSource,
): property is Extract<Property, { readonly kind: 'attribute' }> =>
  property.kind === 'attribute' && !LIFTED[source].has(property.key);

/** The members that the property of a run is looked for in. */
export const keysOfRun = (key: string): string[] => [key, `${ATTR_FEATURE_METADATA_PREFIX}${key}`];

/**
 * What JSON without escapes contains wherever it says a value with this text; empty where it may be written otherwise: a
 * number that is no integer, with other digits, and a list or an object, with spaces. Integers come from integers alone.
 */
function bytesOf(text: string): string {
  const isInteger = /^-?\d+$/u.test(text);
  return isInteger || !/^(?:-?\d[\d.eE+-]*$|[[{])/u.test(text) ? text : '';
}

const JOINS = {
  resource: 'resources resource ON resource.id = s.resource_id',
  service: 'vocabulary service ON service.id = resource.service_id',
  feature: 'vocabulary feature ON feature.id = s.feature_id',
  event: 'vocabulary event ON event.id = s.event_name_id',
  category: 'vocabulary category ON category.id = s.category_id',
  component: 'vocabulary component ON component.id = s.component_id',
  version: 'vocabulary version ON version.id = s.version_id',
  errorType: 'vocabulary error_type ON error_type.id = s.error_type_id',
  user: 'identities usr ON usr.id = s.user_id',
  session: 'identities session ON session.id = s.session_id',
} as const;

type JoinName = keyof typeof JOINS;

interface Column {
  readonly type: 'text' | 'number';
  readonly sql: string;
  readonly joins: readonly JoinName[];
}

const text = (sql: string, ...joins: JoinName[]): Column => ({ type: 'text', sql, joins });
const number = (sql: string): Column => ({ type: 'number', sql, joins: [] });

/** What rows of a source never have. */
const NOTHING = text('NULL::VARCHAR');

/** Columns that hold attributes which have no {@link ColumnName}. */
type LiftedName = 'efficiency' | 'iterations' | 'inputSize' | 'outputSize' | 'userHash' | 'userId';

/** What the view `run_uses` is enough for. */
const IN_RUN_USES: ReadonlySet<ColumnName | LiftedName> = new Set([
  'feature',
  'status',
  'durationMs',
  'user',
  'session',
  'userHash',
  'userId',
]);

type Columns = Readonly<Partial<Record<ColumnName | LiftedName, Column>>>;

const SHARED: Columns = {
  feature: text('feature.text', 'feature'),
  service: text('service.text', 'resource', 'service'),
  errorType: text('error_type.text', 'errorType'),
  user: text('usr.text', 'user'),
  session: text('session.text', 'session'),
  // Bit 7 of marks, see src/marks.ts: the column holds the id.
  userId: text('CASE WHEN fa_marked(s.marks, 7) THEN usr.text END', 'user'),
  userHash: text('CASE WHEN NOT fa_marked(s.marks, 7) THEN usr.text END', 'user'),
};

const COMPONENT_OR_SERVICE = text(
  'coalesce(component.text, service.text)',
  'component',
  'resource',
  'service',
);

const COLUMNS: Readonly<Record<RowSource, Columns>> = {
  run: {
    ...SHARED,
    category: text('category.text', 'category'),
    component: text('component.text', 'component'),
    version: text('version.text', 'version'),
    status: text('fa_status_name(s.feature_status)'),
    tier: text('CASE WHEN NOT fa_marked(s.marks, 0) THEN fa_tier_name(s.tier) END'),
    durationMs: number('CASE WHEN NOT fa_marked(s.marks, 0) THEN fa_ms(s.duration_ns) END'),
    efficiency: number('fa_finite(s.efficiency)'),
    iterations: number('s.iterations'),
    inputSize: number('s.input_size'),
    outputSize: number('s.output_size'),
  },
  event: {
    ...SHARED,
    event: text('event.text', 'event'),
    component: COMPONENT_OR_SERVICE,
  },
  spanEvent: { ...SHARED, event: text('s.name'), component: COMPONENT_OR_SERVICE },
};

/** Attributes that the receiver lifts into columns, so that they are in no JSON. */
const LIFTED_FROM_BOTH: readonly (readonly [string, ColumnName | LiftedName])[] = [
  [ATTR_FEATURE_NAME, 'feature'],
  [ATTR_FEATURE_COMPONENT, 'component'],
  [ATTR_ERROR_TYPE, 'errorType'],
  [ATTR_SESSION_ID, 'session'],
  [ATTR_USER_HASH, 'userHash'],
  [ATTR_USER_ID, 'userId'],
];

const LIFTED: Readonly<Record<RowSource, ReadonlyMap<string, ColumnName | LiftedName>>> = {
  event: new Map(LIFTED_FROM_BOTH),
  spanEvent: new Map(LIFTED_FROM_BOTH),
  run: new Map([
    ...LIFTED_FROM_BOTH,
    [ATTR_FEATURE_CATEGORY, 'category'],
    [ATTR_FEATURE_STATUS, 'status'],
    [ATTR_FEATURE_VERSION, 'version'],
    [ATTR_FEATURE_PERFORMANCE_TIER, 'tier'],
    [ATTR_FEATURE_EFFICIENCY, 'efficiency'],
    [ATTR_FEATURE_ITERATIONS, 'iterations'],
    [ATTR_FEATURE_INPUT_SIZE, 'inputSize'],
    [ATTR_FEATURE_OUTPUT_SIZE, 'outputSize'],
  ]),
};
