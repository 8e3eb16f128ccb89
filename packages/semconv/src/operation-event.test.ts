/** Events of operations: what makes no sense is as if it had not been said, and what is too long is cut. */
import { describe, expect, it } from 'vitest';
import { OPERATION_EVENTS, operationEventKind, readOperationFacts } from './operation-event.ts';

const read = (attributes: Readonly<Record<string, unknown>>) =>
  readOperationFacts({ 'feature.operation.id': 'op-1', ...attributes });

describe('the kind of an event', () => {
  it.each(Object.entries(OPERATION_EVENTS))('%s is found by its name %s', (kind, name) => {
    expect(operationEventKind(name)).toBe(kind);
  });

  it.each(['', 'feature.operation', 'feature.feedback', 'start', 'constructor'])(
    'none is called "%s"',
    (name) => {
      expect(operationEventKind(name)).toBeUndefined();
    },
  );
});

describe('what an event says of its operation', () => {
  it('is read from its attributes', () => {
    expect(
      readOperationFacts({
        'feature.operation.id': 'op-1',
        'feature.operation.sequence': 3,
        'feature.operation.duration': 1.5,
        'feature.operation.parent.id': 'op-0',
        'feature.category': 'database_operation',
        'feature.operation.description': 'Syncs all conversations',
        'feature.operation.message': 'batch 3 of 7',
        'feature.operation.current': 300,
        'feature.operation.total': 700,
        'feature.operation.unit': 'conversations',
        'feature.progress': 0.43,
        'feature.operation.heartbeat_interval': 10,
        'feature.operation.event_loop.blocked': 25,
        'feature.status': 'partial',
        'feature.reason': 'some were locked',
      }),
    ).toEqual({
      id: 'op-1',
      sequence: 3,
      elapsedS: 1.5,
      parentId: 'op-0',
      category: 'database_operation',
      description: 'Syncs all conversations',
      message: 'batch 3 of 7',
      current: 300,
      total: 700,
      unit: 'conversations',
      fraction: 0.43,
      heartbeatS: 10,
      blockedS: 25,
      status: 'partial',
      reason: 'some were locked',
    });
  });

  it.each([undefined, null, '', 7, true, ['op-1'], { id: 'op-1' }])(
    'is nothing where the id is %j',
    (id) => {
      expect(readOperationFacts({ 'feature.operation.id': id })).toBeUndefined();
    },
  );

  it.each([
    ['feature.operation.sequence', 'sequence', [-1, 0.5, 2 ** 53, Number.NaN, '3', null]],
    ['feature.operation.duration', 'elapsedS', [-1, Infinity, Number.NaN, '1', true]],
    ['feature.operation.current', 'current', [-1, Infinity, Number.NaN, '300', [3], {}]],
    ['feature.operation.total', 'total', [-0.1, Infinity, Number.NaN, '700']],
    ['feature.progress', 'fraction', [-0.1, 1.01, Number.NaN, '0.5']],
    ['feature.operation.heartbeat_interval', 'heartbeatS', [-1, Infinity, Number.NaN, '10']],
    ['feature.operation.event_loop.blocked', 'blockedS', [-1, Infinity, Number.NaN]],
    ['feature.operation.message', 'message', ['', 1, null, ['a'], { a: 1 }]],
    ['feature.operation.unit', 'unit', ['', 1, null]],
    ['feature.operation.parent.id', 'parentId', ['', 1, null]],
    ['feature.status', 'status', ['done', '', 1, 'SUCCESS']],
  ] as const)('%s without sense is as if it had not been said', (key, fact, values) => {
    for (const value of values) expect(read({ [key]: value })?.[fact]).toBeUndefined();
  });

  it.each([
    ['feature.operation.message', 'message', 1024],
    ['feature.operation.description', 'description', 1024],
    ['feature.reason', 'reason', 1024],
    ['feature.category', 'category', 256],
    ['feature.operation.unit', 'unit', 256],
  ] as const)('%s is cut', (key, fact, letters) => {
    expect(read({ [key]: 'x'.repeat(letters) })?.[fact]).toHaveLength(letters);
    expect(read({ [key]: 'x'.repeat(1_000_000) })?.[fact]).toBe('x'.repeat(letters));
    // Never within a letter of two units.
    expect(read({ [key]: `${'x'.repeat(letters - 1)}😀` })?.[fact]).toBe('x'.repeat(letters - 1));
  });

  it('ids stay as they are up to 256 letters; longer ones are cut, and two never become one', () => {
    const id = (text: string): string | undefined =>
      readOperationFacts({ 'feature.operation.id': text })?.id;
    expect(id('a'.repeat(256))).toBe('a'.repeat(256));
    const long = Array.from(
      { length: 2000 },
      (_, at) => `${'a'.repeat(300)}${at}${'b'.repeat(300)}`,
    );
    long.push(...Array.from({ length: 500 }, (_, at) => 'a'.repeat(257 + at)));
    const cut = long.map(id);
    expect(new Set(cut).size).toBe(long.length);
    expect(cut.every((text) => text?.length === 256)).toBe(true);
    expect(cut).toEqual(long.map(id));
    expect(read({ 'feature.operation.parent.id': long.at(7) })?.parentId).toBe(cut.at(7));
  });
});
