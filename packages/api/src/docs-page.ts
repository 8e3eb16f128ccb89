/** The page at `/docs`: the table of routes for people, without a script and without anything from elsewhere. */
import { createHash } from 'node:crypto';
import type { AnswerRoute, Route } from './contract/route.ts';
import { ROUTES } from './contract/routes.ts';
import { toSchema } from './openapi.ts';

type Json = Record<string, unknown>;

/** Makes the page. */
export function createDocsPage(version: string): string {
  const schemas: Json = {};
  const sections = Object.values<Route>(ROUTES).map((route) => renderRoute(route, schemas));
  const definitions = Object.entries(schemas).map(([name, schema]) =>
    renderDefinition(name, schema as Json),
  );
  return renderPage(
    'Heartwood API',
    `<h1>Heartwood API <small>${escapeHtml(version)}</small></h1>
<p>The same as a document for programs: <a href="/openapi.json">/openapi.json</a>. Lists answer
<code>{ data, meta }</code>; errors are <code>application/problem+json</code> with a stable <code>code</code>.</p>
${sections.join('\n')}
<h2 id="definitions">What the answers are made of</h2>
${definitions.join('\n')}`,
  );
}

/** A whole page in the house style, around HTML that is safe already. */
export function renderPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body>${body}</body></html>
`;
}

/** Text as HTML, safe in content and in quoted attributes. */
const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/gu, (sign) => `&#${String(sign.codePointAt(0))};`);

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{font-family:ui-monospace,monospace;font-size:.9em}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8884}h2{margin-top:2rem}small{font-weight:400}`;

/** Source for the `style-src` of a content security policy that lets the style of {@link renderPage} in. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

function renderRoute(route: Route, schemas: Json): string {
  const parameters = [
    ...Object.entries(route.params.shape),
    ...Object.entries(route.query.shape),
    ...(route.method === 'post' ? Object.entries(route.body.shape) : []),
  ].map(([name, type]) => {
    const schema = toSchema(type as AnswerRoute['answer'], schemas, 'input');
    return [`<code>${escapeHtml(name)}</code>`, typeOf(schema), describe(schema)];
  });
  return `<h2><code>${escapeHtml(`${route.method.toUpperCase()} ${route.path}`)}</code></h2>
<p>${escapeHtml(route.summary)} ${route.method === 'post' ? 'Takes a JSON body. ' : ''}${route.scope === 'open' ? '' : `Token: ${route.scope}.`}</p>
${renderTable([route.method === 'post' ? 'member' : 'parameter', 'type', 'meaning'], parameters)}
<p>Answers ${answerOf(route, schemas)}${
    route.errors.length === 0
      ? ''
      : `; errors of its own: <code>${escapeHtml(route.errors.join(' '))}</code>`
  }</p>`;
}

function answerOf(route: Route, schemas: Json): string {
  if (route.kind === 'file')
    return `a file, with the header <code>Heartwood-File</code>: ${typeOf(toSchema(route.header, schemas))}`;
  if (route.kind !== 'stream') return typeOf(toSchema(route.answer, schemas));
  const events = Object.entries(route.events).map(
    ([name, data]) => `<code>${escapeHtml(name)}</code> ${typeOf(toSchema(data, schemas))}`,
  );
  return `server-sent events: ${events.join(', ')}`;
}

function renderDefinition(name: string, schema: Json): string {
  const members = Object.entries((schema['properties'] ?? {}) as Record<string, Json>);
  const rows = members.map(([member, type]) => [
    `<code>${escapeHtml(member)}</code>`,
    typeOf(type),
    describe(type),
  ]);
  return `<h3 id="${escapeHtml(name)}">${escapeHtml(name)}</h3><p>${describe(schema)}</p>
${renderTable(['member', 'type', 'meaning'], rows)}`;
}

function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const cells = (tag: string, row: readonly string[]): string =>
    row.map((cell) => `<${tag}>${cell}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('');
  return `<table><thead><tr>${cells('th', head)}</tr></thead><tbody>${body}</tbody></table>`;
}

const describe = (schema: Json): string =>
  escapeHtml(typeof schema['description'] === 'string' ? schema['description'] : '');

/** A schema in a few words, as HTML. */
function typeOf(schema: Json): string {
  const { $ref, anyOf, items, properties, type } = schema;
  const values = schema['enum'];
  if (typeof $ref === 'string') return linkTo($ref);
  if (Array.isArray(values)) return escapeHtml(values.join(' | '));
  if (Array.isArray(anyOf)) return (anyOf as Json[]).map(typeOf).join(' or ');
  if (typeof items === 'object' && items !== null) return `list of ${typeOf(items as Json)}`;
  if (Array.isArray(type)) return escapeHtml(type.join(' or '));
  if (typeof properties !== 'object') return escapeHtml(typeof type === 'string' ? type : 'any');
  const members = Object.entries(properties as Record<string, Json>);
  return `{ ${members.map(([name, member]) => `${escapeHtml(name)}: ${typeOf(member)}`).join(', ')} }`;
}

function linkTo(ref: string): string {
  const name = escapeHtml(ref.split('/').at(-1) ?? '');
  return `<a href="#${name}">${name}</a>`;
}
