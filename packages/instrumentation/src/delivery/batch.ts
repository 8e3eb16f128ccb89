/** Encoded spans that travel together: one request, grouped by resource and scope. */
import { LENGTH, BytesWriter } from '../otlp/bytes.ts';
import type { ReadableSpanLike, ResourceLike, ScopeLike } from '../otlp/readable-span.ts';
import { writeResource, writeScope, writeSpan } from '../otlp/span.ts';

/** Spans of one scope, encoded one after the other. `first` is where the oldest one begins. */
interface Block {
  readonly resource: ResourceLike;
  readonly scope: ScopeLike;
  readonly bytes: BytesWriter;
  readonly sizes: number[];
  first: number;
}

/** A batch being filled or waiting to be sent. */
export class Batch {
  spanCount = 0;
  /** Feature runs ever added; not lowered by drops, it only decides when to send. */
  runCount = 0;
  sizeBytes = 0;
  #blocks: Block[] = [];

  get recordCount(): number {
    return this.spanCount;
  }

  /** Adds a span and gives its size in bytes; 0 when even its short form is larger than `maxBytes`. */
  add(span: ReadableSpanLike, isRun: boolean, maxBytes: number): number {
    const block = this.#blockOf(span.resource, span.instrumentationScope);
    const { bytes } = block;
    const before = bytes.length;
    try {
      writeSpan(bytes, span);
      if (bytes.length - before > maxBytes) {
        bytes.truncate(before);
        writeSpan(bytes, span, true);
      }
    } catch (error) {
      bytes.truncate(before);
      throw error;
    }
    const size = bytes.length - before;
    if (size > maxBytes) {
      bytes.truncate(before);
      return 0;
    }
    block.sizes.push(size);
    this.spanCount += 1;
    this.runCount += isRun ? 1 : 0;
    this.sizeBytes += size;
    return size;
  }

  /** Drops the oldest span of the oldest scope and gives its size; 0 when there is none. */
  dropOldest(): number {
    const block = this.#blocks.find(({ sizes, first }) => first < sizes.length);
    const size = block?.sizes[block.first];
    if (block === undefined || size === undefined) return 0;
    block.first += 1;
    this.spanCount -= 1;
    this.sizeBytes -= size;
    return size;
  }

  /** Two batches of about half the spans each, for a receiver that found the whole too large. */
  split(): [Batch, Batch] {
    const halves: [Batch, Batch] = [new Batch(), new Batch()];
    const half = this.spanCount / 2;
    let moved = 0;
    for (const block of this.#blocks) {
      let at = offsetOf(block);
      for (const size of block.sizes.slice(block.first)) {
        const target = halves[moved++ < half ? 0 : 1];
        const into = target.#blockOf(block.resource, block.scope);
        into.bytes.raw(block.bytes.view(at).subarray(0, size));
        into.sizes.push(size);
        target.spanCount += 1;
        target.sizeBytes += size;
        at += size;
      }
    }
    halves[0].runCount = this.runCount;
    return halves;
  }

  /** Waits, at most `timeoutMs`, for resource attributes that are still being found out. */
  async resourcesReady(timeoutMs: number): Promise<void> {
    const pending = this.#blocks.filter(({ resource }) => resource.asyncAttributesPending === true);
    if (pending.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    const found = pending.map(async ({ resource }) => resource.waitForAsyncAttributes?.());
    await Promise.race([Promise.allSettled(found), timeout]);
    clearTimeout(timer);
  }

  /** The body of an ExportTraceServiceRequest. */
  toRequest(): Uint8Array {
    const out = new BytesWriter(this.sizeBytes + 2048);
    for (const [resource, blocks] of this.#byResource()) {
      out.tag(1, LENGTH);
      const start = out.open();
      writeResource(out, resource);
      for (const block of blocks) writeBlock(out, block);
      if (resource.schemaUrl) {
        out.tag(3, LENGTH);
        out.string(resource.schemaUrl);
      }
      out.close(start);
    }
    return out.view();
  }

  #byResource(): Map<ResourceLike, Block[]> {
    const groups = new Map<ResourceLike, Block[]>();
    for (const block of this.#blocks) {
      if (block.first >= block.sizes.length) continue;
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
      block = { resource, scope, bytes: new BytesWriter(), sizes: [], first: 0 };
      this.#blocks.push(block);
    }
    return block;
  }
}

function writeBlock(out: BytesWriter, block: Block): void {
  out.tag(2, LENGTH);
  const start = out.open();
  writeScope(out, block.scope);
  out.raw(block.bytes.view(offsetOf(block)));
  if (block.scope.schemaUrl) {
    out.tag(3, LENGTH);
    out.string(block.scope.schemaUrl);
  }
  out.close(start);
}

function offsetOf({ sizes, first }: Block): number {
  let offset = 0;
  for (let i = 0; i < first; i += 1) offset += sizes[i] ?? 0;
  return offset;
}
