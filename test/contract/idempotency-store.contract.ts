import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import type { IdempotencyRecord } from '../../shared/records/records.ts';
import { ids } from './make-record.ts';

const nowMs = Date.UTC(2026, 0, 31);
const makeClaim = (change: Partial<IdempotencyRecord> = {}): IdempotencyRecord => ({
  tenantId: ids.next('tenant'),
  key: 'k '.repeat(100),
  requestSha256: 'd'.repeat(64),
  resourceId: ids.next('run'),
  response: null,
  expiresAtMs: nowMs + 86_400_000,
  ...change,
});

/** Contract of `IdempotencyStore`, for any implementation. */
export function describeIdempotencyStore(stores: () => Stores): void {
  describe('IdempotencyStore', () => {
    it('returns one of the records to all concurrent claims of a key', async () => {
      const first = makeClaim();
      const claims = Array.from({ length: 10 }, () => ({ ...first, resourceId: ids.next('run') }));
      const held = await Promise.all(claims.map((claim) => stores().idempotency.claim(claim, nowMs)));
      expect(new Set(held.map(({ resourceId }) => resourceId)).size).toBe(1);
      expect(claims).toContainEqual(held[0]);
    });

    it('separates keys by tenant, case, and blanks', async () => {
      const { idempotency } = stores();
      const first = makeClaim({ key: 'a', sealedSecret: 'v1.abc' });
      await idempotency.claim(first, nowMs);
      expect(await idempotency.claim({ ...first, sealedSecret: 'v1.def' }, nowMs)).toEqual(first);
      for (const change of [{ tenantId: ids.next('tenant') }, { key: 'A' }, { key: 'a ' }]) {
        const claim = { ...first, ...change, resourceId: ids.next('run') };
        expect(await idempotency.claim(claim, nowMs)).toEqual(claim);
      }
    });

    it('returns the stored response to a claim after completion, also a large one', async () => {
      const { idempotency } = stores();
      for (const body of ['{}', Buffer.from(ids.randomBytes(500_000)).toString('hex')]) {
        const claim = makeClaim();
        const response = { status: 202, headers: { location: '/v1/runs/x' }, body };
        await idempotency.claim(claim, nowMs);
        await idempotency.complete(claim.tenantId, claim.key, response);
        expect(await idempotency.claim({ ...claim, resourceId: ids.next('run') }, nowMs)).toEqual({
          ...claim,
          response,
        });
      }
    });

    it('allows a new claim of an expired key', async () => {
      const { idempotency } = stores();
      const claim = makeClaim({ expiresAtMs: nowMs + 5 });
      await idempotency.claim(claim, nowMs);
      await idempotency.complete(claim.tenantId, claim.key, { status: 202, headers: {}, body: '' });
      const next = { ...claim, resourceId: ids.next('run'), expiresAtMs: nowMs + 100 };
      expect(await idempotency.claim(next, nowMs + 4)).toMatchObject({ resourceId: claim.resourceId });
      expect(await idempotency.claim(next, nowMs + 5)).toEqual(next);
    });

    it('releases a key unless it is completed', async () => {
      const { idempotency } = stores();
      const claim = makeClaim();
      const other = { ...claim, resourceId: ids.next('run') };
      await idempotency.claim(claim, nowMs);
      await idempotency.release(claim.tenantId, claim.key);
      expect(await idempotency.claim(other, nowMs)).toEqual(other);
      const response = { status: 202, headers: {}, body: 'x' };
      await idempotency.complete(claim.tenantId, claim.key, response);
      await idempotency.release(claim.tenantId, claim.key);
      expect(await idempotency.claim(claim, nowMs)).toEqual({ ...other, response });
    });

    it('does not create a claim by completing a released key', async () => {
      const { idempotency } = stores();
      const claim = makeClaim();
      await idempotency.complete(claim.tenantId, claim.key, { status: 202, headers: {}, body: '' });
      expect(await idempotency.claim(claim, nowMs)).toEqual(claim);
    });
  });
}
