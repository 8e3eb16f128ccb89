/** Encoded spans that travel together: one request, grouped by resource and scope. */
import { LENGTH, BytesWriter } from '../otlp/bytes.ts';
import type { ReadableSpanLike, ResourceLike, ScopeLike } from '../otlp/readable-span.ts';
import { writeResource, writeSchemaUrl, writeScope } from '../otlp/span.ts';
import { PackedSpans, type FinishedRun, type Keep } from './packed-run.ts';

/** Spans of one scope. */
interface Block {
  readonly resource: ResourceLike;
  readonly scope: ScopeLike;
  spans: PackedSpans;
}

/** A batch being filled or waiting to be sent. */
export class Batch {
  spanCount = 0;
  /** Feature runs ever added; not lowered by drops, it only decides when to send. */
  runCount = 0;
  /** Bytes that are held, and bytes of its spans in a request. */
  sizeBytes = 0;
  requestBytes = 0;
  #blocks: Block[] = [];

  get recordCount(): number {
    return this.spanCount;
  }

  /** Adds a span and gives the bytes that it takes; 0 when even its short form is larger than `maxBytes`. */
  add(span: ReadableSpanLike, isRun: boolean, maxBytes: number): number {
    const { spans } = this.#blockOf(span.resource, span.instrumentationScope);
    const before = spans.sentBytes;
    return this.#count(spans.add(span, maxBytes), spans.sentBytes - before, isRun);
  }

  /** The same for a run of the direct engine. */
  addRun(run: FinishedRun, maxBytes: number): number {
    const { spans } = this.#blockOf(run.resource, run.scope);
    const before = spans.sentBytes;
    return this.#count(spans.addRun(run, maxBytes), spans.sentBytes - before, true);
  }

  /** How many spans are so important. */
  countOf(keep: Keep): number {
    return this.#blocks.reduce((sum, { spans }) => sum + spans.counts[keep], 0);
  }

  /** Drops the oldest spans of one importance, at most `most`; gives their number and the bytes they took. */
  drop(keep: Keep, most: number): { readonly count: number; readonly sizeBytes: number } {
    let count = 0;
    let sizeBytes = 0;
    for (const block of this.#blocks) {
      if (count === most) break;
      if (block.spans.counts[keep] === 0) continue;
      const { heldBytes, sentBytes } = block.spans;
      count += dropFrom(block, keep, most - count);
      sizeBytes += heldBytes - block.spans.heldBytes;
      this.requestBytes += block.spans.sentBytes - sentBytes;
    }
    this.spanCount -= count;
    this.sizeBytes -= sizeBytes;
    return { count, sizeBytes };
  }

  /** Two batches of about half the spans each, for a receiver that found the whole too large. This one is empty then. */
  split(): [Batch, Batch] {
    const halves: [Batch, Batch] = [new Batch(), new Batch()];
    const half = this.spanCount / 2;
    let moved = 0;
    for (const { resource, scope, spans } of this.#blocks) {
      while (spans.count > 0) {
        const target = halves[moved++ < half ? 0 : 1];
        const into = target.#blockOf(resource, scope).spans;
        const { heldBytes, sentBytes } = into;
        spans.moveOldest(into);
        target.#count(into.heldBytes - heldBytes, into.sentBytes - sentBytes, false);
      }
    }
    halves[0].runCount = this.runCount;
    return halves;
  }

  /** Takes all spans of another one, which is empty then. */
  absorb(other: Batch): void {
    for (const { resource, scope, spans } of other.#blocks) {
      const into = this.#blockOf(resource, scope).spans;
      while (spans.count > 0) {
        const { heldBytes, sentBytes } = into;
        spans.moveOldest(into);
        this.#count(into.heldBytes - heldBytes, into.sentBytes - sentBytes, false);
      }
    }
    this.runCount += other.runCount;
  }

  /** No more is added. */
  trim(): void {
    for (const { spans } of this.#blocks) spans.trim();
  }

  /** Waits, at most `timeoutMs`, for resource attributes that are still being found out. */
  async resourcesReady(timeoutMs: number): Promise<void> {
    const pending = this.#blocks.filter(({ resource }) => resource.asyncAttributesPending === true);
    if (pending.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      // Who waits for a flush holds the process itself.
      timer = setTimeout(resolve, timeoutMs).unref();
    });
    const found = pending.map(async ({ resource }) => resource.waitForAsyncAttributes?.());
    await Promise.race([Promise.allSettled(found), timeout]);
    clearTimeout(timer);
  }

  /** The body of an ExportTraceServiceRequest. */
  toRequest(): Uint8Array {
    const out = new BytesWriter(this.requestBytes + 2048);
    for (const [resource, blocks] of this.#byResource()) {
      out.tag(1, LENGTH);
      const start = out.open();
      writeResource(out, resource);
      for (const block of blocks) writeBlock(out, block);
      writeSchemaUrl(out, resource.schemaUrl);
      out.close(start);
    }
    return out.view();
  }

  #count(size: number, sentSize: number, isRun: boolean): number {
    if (size === 0) return 0;
    this.spanCount += 1;
    this.sizeBytes += size;
    this.requestBytes += sentSize;
    if (isRun) this.runCount += 1;
    return size;
  }

  #byResource(): Map<ResourceLike, Block[]> {
    const groups = new Map<ResourceLike, Block[]>();
    for (const block of this.#blocks) {
      if (block.spans.count === 0) continue;
      const group = groups.get(block.resource);
      if (group === undefined) groups.set(block.resource, [block]);
      else group.push(block);
    }
    return groups;
  }

  #blockOf(resource: ResourceLike, scope: ScopeLike): Block {
    // A handful of scopes: a walk is faster than a map with a composed key.
    let block = this.#blocks.find((known) => known.scope === scope && known.resource === resource);
    if (block === undefined) {
      block = { resource, scope, spans: new PackedSpans() };
      this.#blocks.push(block);
    }
    return block;
  }
}

/** Those that stay between ones that go are moved together. */
function dropFrom(block: Block, keep: Keep, most: number): number {
  let count = 0;
  const drop = (): boolean => {
    const { spans } = block;
    if (count === most || spans.count === 0 || spans.oldestKeep !== keep) return false;
    spans.dropOldest();
    count += 1;
    return true;
  };
  while (drop());
  if (count === most || block.spans.counts[keep] === 0) return count;
  const rest = new PackedSpans();
  while (block.spans.count > 0) if (!drop()) block.spans.moveOldest(rest);
  rest.trim();
  block.spans = rest;
  return count;
}

function writeBlock(out: BytesWriter, block: Block): void {
  out.tag(2, LENGTH);
  const start = out.open();
  writeScope(out, block.scope);
  block.spans.writeTo(out);
  writeSchemaUrl(out, block.scope.schemaUrl);
  out.close(start);
}
