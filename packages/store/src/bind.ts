/** The placeholders of a SQL text: the only place that looks inside SQL. */

/** Names of the `$name` placeholders of a SQL text, each once, sorted; comments and quoted text are passed over. */
export function placeholders(sql: string): string[] {
  const names = new Set<string>();
  for (const match of sql.matchAll(TOKEN))
    if (match.groups?.['name']) names.add(match.groups['name']);
  return [...names].toSorted();
}

/** What may hide a `$`, then the placeholder itself. */
const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?<name>[A-Za-z_][A-Za-z0-9_]*)/g;
