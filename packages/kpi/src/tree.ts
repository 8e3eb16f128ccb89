/** Trees of spans: parents before children, whatever a sender made of the parent ids. */

/** What a tree is made of. */
export interface TreeNode {
  readonly spanId: string;
  readonly parentSpanId: string | null;
}

/** A node in its place. */
export interface Placed<Node extends TreeNode> {
  readonly node: Node;
  /** Distance from the root of its tree. */
  readonly depth: number;
  /** The parent is not among the nodes, or the chain of parents is a circle. */
  readonly orphan: boolean;
}

/**
 * Orders nodes, given by start, so that parents come before their children and siblings keep their order; each node
 * comes exactly once. Where two nodes share a span id (client and server of one call in the Zipkin model), children
 * belong to the later one. Nodes on a circle are reached from the first of them.
 */
export function placeInTree<Node extends TreeNode>(nodes: readonly Node[]): Placed<Node>[] {
  const owners = new Map(nodes.map((node) => [node.spanId, node]));
  const children = new Map<Node, Node[]>();
  const roots: Node[] = [];
  for (const node of nodes) {
    const parent = node.parentSpanId === null ? undefined : owners.get(node.parentSpanId);
    if (parent === undefined) roots.push(node);
    else append(children, parent, node);
  }
  const placed = new Map<Node, Placed<Node>>();
  for (const root of roots) place(root, root.parentSpanId !== null, children, placed);
  for (const node of nodes) if (!placed.has(node)) place(node, true, children, placed);
  return [...placed.values()];
}

/** Depth first with a stack of its own: a chain of ten thousand spans must not exhaust the call stack. */
function place<Node extends TreeNode>(
  root: Node,
  orphan: boolean,
  children: ReadonlyMap<Node, readonly Node[]>,
  placed: Map<Node, Placed<Node>>,
): void {
  const stack: Placed<Node>[] = [{ node: root, depth: 0, orphan }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (placed.has(next.node)) continue;
    placed.set(next.node, next);
    const depth = next.depth + 1;
    for (const node of (children.get(next.node) ?? []).toReversed())
      stack.push({ node, depth, orphan: false });
  }
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
