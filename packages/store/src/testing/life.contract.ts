/** How every engine must open, go on after a restart, and close. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Batch } from '../batch.ts';
import { addSpans, at, nowNs, readTest, type StoreFixture } from './store-fixture.ts';
import { writeRow } from './write-row.ts';

export function lifeContract(fixture: StoreFixture): void {
  describe('resuming', () => {
    beforeEach(fixture.open);
    afterEach(fixture.remove);

    it('starts an empty database with position 0, seq 1 and a key of its own', async () => {
      const { position, nextSeq, hashSeed, requests, vocabulary } =
        await fixture.store.readResumeState();
      expect({ position, nextSeq, requests }).toEqual({
        position: at(0n),
        nextSeq: 1n,
        requests: [],
      });
      expect(vocabulary.ids).toHaveLength(0);
      expect(Number.isInteger(hashSeed)).toBe(true);
      await fixture.reopen();
      expect((await fixture.store.readResumeState()).hashSeed).toBe(hashSeed);
    });

    it('gives after reopening what was landed', async () => {
      const batch = new Batch(20);
      addSpans(batch, 100, 20);
      writeRow(batch.vocabulary, { id: 1n, hash: 11n, text: 'checkout' });
      writeRow(batch.vocabulary, { id: 2n, hash: 2n ** 64n - 1n, text: 'search' });
      writeRow(batch.identities, { id: 1n, hash: 12n, text: 'session' });
      writeRow(batch.resources, { id: 1, hash: 13n, service_id: 1n, content: '{}' });
      writeRow(batch.scopes, { id: 1, hash: 14n, content: '{}' });
      const hour = 3_600_000_000_000n;
      writeRow(batch.metrics, { id: 1, hash: 15n, name_id: 1n, content: '{}' });
      writeRow(batch.attributeSets, { id: 1n, hash: 16n, content: '{}' });
      writeRow(batch.logs, { seq: 300n });
      writeRow(batch.metricPoints, { seq: 200n });
      writeRow(batch.requests, {
        hash: 'bb',
        record: 2n,
        received_time: nowNs(),
        accepted: 3,
        rejected: 1,
      });
      writeRow(batch.requests, {
        hash: 'aa',
        record: 1n,
        received_time: nowNs() - hour,
        accepted: 9,
      });
      writeRow(batch.requests, { hash: 'cc', record: 0n, received_time: nowNs() - 25n * hour });
      await fixture.store.land(batch, at(7n, 3));
      await fixture.reopen();
      const state = await fixture.store.readResumeState();
      expect(state.position).toEqual(at(7n, 3));
      expect(state.nextSeq).toBe(301n);
      expect(state.vocabulary).toEqual({
        hashes: BigUint64Array.of(11n, 2n ** 64n - 1n),
        ids: BigUint64Array.of(1n, 2n),
      });
      expect(state.identities.hashes).toEqual(BigUint64Array.of(12n));
      expect(state.resources.ids).toEqual(BigUint64Array.of(1n));
      expect(state.scopes.hashes).toEqual(BigUint64Array.of(14n));
      expect(state.metrics.hashes).toEqual(BigUint64Array.of(15n));
      expect(state.attributeSets.hashes).toEqual(BigUint64Array.of(16n));
      expect(state.requests).toEqual([
        { hash: 'aa'.padStart(32, '0'), accepted: 9, rejected: 0 },
        { hash: 'bb'.padStart(32, '0'), accepted: 3, rejected: 1 },
      ]);
      // Opening also forgot what is older than a day.
      expect(await readTest(fixture.store, 'requests')).toHaveLength(2);
    });
  });

  describe('closing', () => {
    beforeEach(fixture.open);
    afterEach(fixture.remove);

    it('lands what was given, stops what runs, and refuses what comes after', async () => {
      const batch = new Batch(10);
      addSpans(batch, 1, 10);
      const landing = fixture.store.land(batch, at(1n));
      const endless = readTest(fixture.store, 'endless');
      endless.catch(() => undefined);
      const closing = fixture.store.close();
      await expect(fixture.store.land(new Batch(1), at(2n))).rejects.toMatchObject({
        code: 'STORE_CLOSED',
      });
      await expect(readTest(fixture.store, 'count')).rejects.toMatchObject({
        code: 'STORE_CLOSED',
      });
      await landing;
      await expect(endless).rejects.toMatchObject({ code: 'STORE_CLOSED' });
      await closing;
      await fixture.store.close();
      await fixture.reopen();
      expect(await readTest(fixture.store, 'count')).toMatchObject([{ rows: 10, record: 1 }]);
    });

    it('keeps everything over a checkpoint', async () => {
      const batch = new Batch(10);
      addSpans(batch, 1, 10);
      await fixture.store.land(batch, at(1n));
      await fixture.store.checkpoint();
      addSpans(batch, 11, 10);
      await fixture.store.land(batch, at(2n));
      await fixture.reopen();
      expect(await readTest(fixture.store, 'count')).toMatchObject([{ rows: 20, record: 2 }]);
    });
  });

  describe('ownership', () => {
    beforeEach(fixture.open);
    afterEach(fixture.remove);

    it('refuses a second opening in the same process, and the first goes on', async () => {
      await expect(fixture.openAgain()).rejects.toMatchObject({
        code: 'STORE_LOCKED',
        message: expect.stringContaining(`process ${process.pid}`),
      });
      expect(await readTest(fixture.store, 'count')).toHaveLength(1);
    });
  });
}
