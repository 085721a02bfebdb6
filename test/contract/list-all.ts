import { expect } from 'vitest';
import type { Page, PageRequest } from '../../shared/tenant-stores.ts';

/** Reads all pages of a list. */
export async function listAll<T>(list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[][]> {
  const pages: T[][] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await list({ limit, cursor });
    pages.push(page.items);
    cursor = page.cursor;
  } while (cursor !== null);
  return pages;
}

/** Expects a list to reject cursors of other lists, changed cursors, and other texts. */
export async function expectRefusedCursors<T>(
  foreign: string | null,
  list: (page: PageRequest) => Promise<Page<T>>,
): Promise<void> {
  expect(foreign).toBeTypeOf('string');
  const changed = `${foreign?.slice(0, -1)}${foreign?.endsWith('A') ? 'B' : 'A'}`;
  for (const cursor of [foreign, changed, '', 'x', '!!', 'e30', '../..', `${foreign}AAAA`, 'é'.repeat(500)])
    await expect(list({ limit: 5, cursor }), `cursor ${cursor}`).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      faults: [{ pointer: '?cursor' }],
    });
}
