/** Progress of operations by calls that name none: they mean the operation that was started last. */
import type { Metadata } from '../facts/metadata.ts';
import { reportCallbackFailure } from '../host/report.ts';
import type { OperationEvent } from '../work/operation-view.ts';
import { startOperation } from '../work/operation.ts';
import { type Operation, type OperationOptions } from '../work/operation-handle.ts';
import { onOperation } from '../work/subscribers.ts';

/** How far an operation is. Other keys are facts and are sent along. */
export interface ProgressFacts extends Metadata {
  readonly current?: number;
  readonly total?: number;
  /** The operation that is meant, where several are under way at a time. */
  readonly operationId?: string;
}

/** Tells how operations get on: on the terminal, to subscribers, to files and to the server. Never throws. */
export class ProgressBroadcaster {
  readonly #open = new Map<string, Operation>();

  /** The answer is its id; empty when progress is switched off (`HEARTWOOD_PROGRESS_ENABLED`). */
  startOperation(name: string, description?: string, options: OperationOptions = {}): string {
    const operation = startOperation(name, {
      ...options,
      ...(description !== undefined && { description }),
    });
    if (operation.id === '') return '';
    this.#open.set(operation.id, operation);
    if (this.#open.size > MOST_OPEN) this.#cancelOldest();
    return operation.id;
  }

  updateProgress(message: string, { operationId, ...facts }: ProgressFacts = {}): void {
    this.#find(operationId)?.update({ message, ...facts });
  }

  completeOperation(message?: string, { operationId, ...result }: ProgressFacts = {}): void {
    this.#take(operationId)?.complete(message, result);
  }

  failOperation(error?: unknown, message?: string, operationId?: string): void {
    this.#take(operationId)?.fail(error, message);
  }

  cancelOperation(reason?: string, operationId?: string): void {
    this.#take(operationId)?.cancel(reason);
  }

  /** Calls `listener` for all that happens to any operation of this process, until the answer is disposed. */
  onProgress(listener: (event: OperationEvent) => void): Disposable {
    return onOperation(listener);
  }

  #find(operationId: string | undefined): Operation | undefined {
    if (operationId !== undefined) return this.#open.get(operationId);
    return [...this.#open.values()].at(-1);
  }

  #take(operationId: string | undefined): Operation | undefined {
    const operation = this.#find(operationId);
    if (operation !== undefined) this.#open.delete(operation.id);
    return operation;
  }

  #cancelOldest(): void {
    const [oldest] = this.#open.values();
    if (oldest === undefined) return;
    this.#open.delete(oldest.id);
    oldest.cancel('never completed');
    reportCallbackFailure(oldest.name, 'startOperation', `${MOST_OPEN} operations are under way`);
  }
}

/** For the whole process. */
export const progressBroadcaster = new ProgressBroadcaster();

// Each holds up to 2 KiB.
const MOST_OPEN = 2000;
