/** Feature mapping: rules that name a feature from what ordinary exporters send, as data, and their evaluation. */
import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_HTTP_METHOD,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_ROUTE,
  ATTR_MCP_METHOD_NAME,
  ATTR_MESSAGING_DESTINATION_NAME,
  ATTR_MESSAGING_DESTINATION_TEMPLATE,
  ATTR_MESSAGING_OPERATION_TYPE,
  ATTR_RPC_METHOD,
  ATTR_RPC_SERVICE,
  FeatureCategory,
  SpanKind,
} from '@heartwood/semconv';

/** Names a feature for spans that carry no `feature.name`. Rules are tried in order; the first that fits counts. */
export interface MappingRule {
  readonly id: string;
  /** Span kinds it looks at. One side of an interaction only, so that a call is not counted at both ends. */
  readonly kinds: readonly SpanKind[];
  /** String attributes that must have exactly this value. */
  readonly where?: Readonly<Record<string, string>> | undefined;
  /**
   * Name of the feature. `{a|b}` stands for the first of these string attributes that the span has; without any of
   * them the rule does not fit. `[ {a}]` is left out when the span lacks what it names.
   */
  readonly name: string;
  readonly category: string;
}

/** The rules that apply when the definitions say nothing else. */
export const BUILT_IN_RULES: readonly MappingRule[] = [
  {
    id: 'mcp-server',
    kinds: [SpanKind.SERVER],
    name: `{${ATTR_MCP_METHOD_NAME}}[ {${ATTR_GEN_AI_TOOL_NAME}}]`,
    category: FeatureCategory.MCP_SERVER,
  },
  {
    // Express and its like write INTERNAL spans with the same route below the SERVER span: those are not counted.
    id: 'http-server',
    kinds: [SpanKind.SERVER],
    name: `{${ATTR_HTTP_REQUEST_METHOD}|${ATTR_HTTP_METHOD}} {${ATTR_HTTP_ROUTE}}`,
    category: FeatureCategory.WEB_INTERFACE,
  },
  {
    // Since semantic conventions 1.39 `rpc.method` holds the service too and `rpc.service` is gone.
    id: 'rpc-server',
    kinds: [SpanKind.SERVER],
    name: `[{${ATTR_RPC_SERVICE}}/]{${ATTR_RPC_METHOD}}`,
    category: FeatureCategory.OTHER,
  },
  {
    id: 'gen-ai-client',
    kinds: [SpanKind.CLIENT, SpanKind.INTERNAL],
    name: `{${ATTR_GEN_AI_OPERATION_NAME}}[ {${ATTR_GEN_AI_REQUEST_MODEL}}]`,
    category: FeatureCategory.AI_PROVIDER,
  },
  {
    id: 'messaging-consumer',
    kinds: [SpanKind.CONSUMER],
    where: { [ATTR_MESSAGING_OPERATION_TYPE]: 'process' },
    name: `process {${ATTR_MESSAGING_DESTINATION_TEMPLATE}|${ATTR_MESSAGING_DESTINATION_NAME}}`,
    category: FeatureCategory.OTHER,
  },
];

/** A piece of a name: fixed text, or the first present of some attributes; pieces of one optional group stand together. */
export interface NamePart {
  readonly literal: Uint8Array;
  /** Numbers of attributes; empty for fixed text. */
  readonly keys: readonly number[];
  /** 0 for what must be there, else the number of its optional group. */
  readonly group: number;
}

export interface CompiledRule {
  /** Bit `1 << kind` of each kind it looks at. */
  readonly kindBits: number;
  readonly where: readonly { readonly key: number; readonly value: Uint8Array }[];
  readonly parts: readonly NamePart[];
  readonly category: Uint8Array;
}

/**
 * Resolves the attribute names of the rules to numbers: those of `known` count from 1, the further ones, returned as
 * `keys`, from there on. Throws a `SyntaxError` that names the rule for a template with unbalanced brackets.
 */
export function compileRules(
  rules: readonly MappingRule[],
  known: readonly string[],
): { readonly rules: readonly CompiledRule[]; readonly keys: readonly string[] } {
  const keys: string[] = [];
  const numberOf = (key: string): number => {
    if (known.includes(key)) return known.indexOf(key) + 1;
    if (!keys.includes(key)) keys.push(key);
    return known.length + keys.indexOf(key) + 1;
  };
  const compiled = rules.map((rule) => ({
    kindBits: rule.kinds.reduce((bits: number, kind) => bits | (1 << kind), 0),
    where: Object.entries(rule.where ?? {}).map(([key, value]) => ({
      key: numberOf(key),
      value: Buffer.from(value),
    })),
    parts: parseTemplate(rule, numberOf),
    category: Buffer.from(rule.category),
  }));
  return { rules: compiled, keys };
}

function parseTemplate(rule: MappingRule, numberOf: (key: string) => number): NamePart[] {
  const parts: NamePart[] = [];
  let group = 0;
  let groups = 0;
  for (const [token] of rule.name.matchAll(/\{[^{}[\]]+\}|[^{}[\]]+|[{}[\]]/g)) {
    if (token === '[' && group === 0) group = ++groups;
    else if (token === ']' && group > 0) group = 0;
    else if (token.length > 2 && token.startsWith('{'))
      parts.push({
        literal: new Uint8Array(0),
        keys: token.slice(1, -1).split('|').map(numberOf),
        group,
      });
    else if (/[{}[\]]/.test(token))
      throw new SyntaxError(`mapping rule "${rule.id}": unbalanced "${token}" in "${rule.name}"`);
    else parts.push({ literal: Buffer.from(token), keys: [], group });
  }
  if (group > 0) throw new SyntaxError(`mapping rule "${rule.id}": "[" without "]"`);
  return parts;
}
