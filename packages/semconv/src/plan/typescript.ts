/** Writes a tracking plan as TypeScript: a type for each event, `trackEvent` for all, and a function for each. */
import type { PlannedEvent } from './planned-event.ts';
import { toComment, toKey, toType } from './typescript-type.ts';
import type { TrackingPlan } from './tracking-plan.ts';

/** How the text is made. */
export interface TypeScriptOptions {
  /** Module with the `trackEvent` that sends; that of Heartwood when left out. */
  readonly module?: string | undefined;
}

/** The text of a module. Events that are not active are marked as deprecated or drafts. */
export function toTypeScript(plan: TrackingPlan, options: TypeScriptOptions = {}): string {
  const names = nameEvents([...plan.events.keys()]);
  const events = [...plan.events.values()].map((event) => ({
    event,
    name: names.get(event.name) ?? event.name,
  }));
  const title = plan.id === '' ? 'the tracking plan' : `the tracking plan ${plan.id}`;
  return (
    [
      // The types of the module name Disposable, which `tsc` without settings does not know.
      '/// <reference lib="esnext.disposable" />',
      `/** Events of ${toComment(title)}, revision ${plan.revision}. Written by \`heartwood plan codegen\`: changes belong into the plan. */`,
      `import { trackEvent as send } from ${JSON.stringify(options.module ?? '@heartwood/instrumentation')};`,
      ...events.map(({ event, name }) => writeTypes(event, name)),
      writeTrackEvent(events),
      writeTrack(events),
    ].join('\n\n') + '\n'
  );
}

interface Named {
  readonly event: PlannedEvent;
  readonly name: string;
}

/** A name in camel case for each event, no two alike. */
function nameEvents(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const found = new Map<string, string>();
  for (const name of names) {
    const words = name.split(/[^A-Za-z0-9$]+/).filter((word) => word !== '');
    const joined = words
      .map(
        (word, index) =>
          (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) +
          word.slice(1),
      )
      .join('');
    const plain = /^[A-Za-z]/.test(joined) ? joined : `event${joined}`;
    let unique = plain;
    for (let count = 2; taken.has(unique.toLowerCase()); count++) unique = `${plain}${count}`;
    taken.add(unique.toLowerCase());
    found.set(name, unique);
  }
  return found;
}

const typeName = (name: string): string =>
  `${name.charAt(0).toUpperCase()}${name.slice(1)}Properties`;

function writeTypes({ schema, name: event, pii }: PlannedEvent, name: string): string {
  const definitions = new Map(
    [...schema.definitions.keys()].map((key, index) => [
      `#/$defs/${key}`,
      `${typeName(name)}Part${index + 1}`,
    ]),
  );
  definitions.set('#', typeName(name));
  const parts = [...schema.definitions].map(
    ([key, node]) =>
      `export type ${definitions.get(`#/$defs/${key}`) ?? key} = ${toType(node, definitions, '')};`,
  );
  const secret = [...pii].map(([key, how]) => `${key}: ${how}`).join(', ');
  const about = `Properties of \`${event}\`${secret === '' ? '' : `; personal: ${secret}`}.`;
  const own = `/** ${toComment(about)} */\nexport type ${typeName(name)} = ${toType(schema.root, definitions, '', true)};`;
  return [...parts, own].join('\n\n');
}

function writeTrackEvent(events: readonly Named[]): string {
  const overloads = events.map(
    ({ event, name }) =>
      `${describe(event, '')}export function trackEvent(name: ${JSON.stringify(event.name)}, ${parameter(event, name)}): void;`,
  );
  if (overloads.length === 0) overloads.push('export function trackEvent(name: never): void;');
  return [
    ...overloads,
    'export function trackEvent(name: string, properties: object = {}): void {',
    '  send(name, { ...properties });',
    '}',
  ].join('\n');
}

function writeTrack(events: readonly Named[]): string {
  const methods = events.map(({ event, name }) =>
    [
      `${describe(event, '  ')}  ${toKey(name)}(${parameter(event, name)}): void {`,
      `    send(${JSON.stringify(event.name)}, { ...properties });`,
      '  },',
    ].join('\n'),
  );
  return ['/** One function for each event. */', 'export const track = {', ...methods, '};'].join(
    '\n',
  );
}

function parameter({ schema }: PlannedEvent, name: string): string {
  const { required, allOf, ref } = schema.root;
  const isNeeded = required.length > 0 || allOf.length > 0 || ref !== null;
  return `properties${isNeeded ? '' : '?'}: ${typeName(name)}`;
}

function describe(event: PlannedEvent, indent: string): string {
  const { description, trigger, status, replacedBy } = event;
  const lines = [
    description,
    trigger === '' ? '' : `Sent when: ${trigger}`,
    status === 'draft' ? 'A draft.' : '',
    status === 'deprecated'
      ? `@deprecated ${replacedBy === null ? '' : `Send \`${replacedBy}\`.`}`.trim()
      : '',
  ].filter((line) => line !== '');
  if (lines.length === 0) return '';
  const text = lines.map((line) => `${indent} * ${toComment(line)}`).join('\n');
  return `${indent}/**\n${text}\n${indent} */\n`;
}
