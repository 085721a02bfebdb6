import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileSecretBox, createMasterKeyFile } from '../../../shared/adapters/file-secret-box.ts';

describe('file secret box', () => {
  let folder: string;
  let path: string;
  const context = { tenantId: 'ten_a', credentialId: 'crd_b' };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tokenmeter-'));
    path = join(folder, 'keys', 'master-key');
    await createMasterKeyFile(path);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('opens any text that it sealed, with the same context in any order', async () => {
    const box = createFileSecretBox(path);
    const reordered = { credentialId: 'crd_b', tenantId: 'ten_a' };
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (plaintext) => {
        const sealed = await box.seal(plaintext, context);
        expect(await createFileSecretBox(path).open(sealed, reordered)).toBe(plaintext);
      }),
    );
  });

  it('opens nothing with another context, and no text that was changed', async () => {
    const box = createFileSecretBox(path);
    const sealed = await box.seal('the secret', context);
    for (const other of [{}, { ...context, tenantId: 'ten_c' }, { ...context, more: '' }, { tenantId: 'ten_a' }])
      await expect(box.open(sealed, other)).rejects.toThrow(/changed, or was encrypted with another/);
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice(0, i) + (sealed[i] === 'A' ? 'Q' : 'A') + sealed.slice(i + 1);
      // Changes of the bits that base64url does not use in the last character have no effect.
      if (Buffer.from(changed.slice(3), 'base64url').equals(Buffer.from(sealed.slice(3), 'base64url')) && i > 2)
        continue;
      await expect(box.open(changed, context), `character ${i}`).rejects.toThrow();
    }
    for (const text of ['', 'v1.', 'v1.AAAA', 'v2.AAAA', 'x'])
      await expect(box.open(text, context)).rejects.toThrow(/unknown format/);
  });

  it('never seals a text the same way twice, and leaves no part of it readable', async () => {
    const box = createFileSecretBox(path);
    const [one, two] = [await box.seal('sk-plain', context), await box.seal('sk-plain', context)];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.slice(3), 'base64url').toString('latin1')).not.toContain('plain');
  });

  it('creates the key file once, complete, and only for its owner, even with concurrent callers', async () => {
    const shared = join(folder, 'raced', 'master-key');
    await Promise.all(Array.from({ length: 8 }, () => createMasterKeyFile(shared)));
    const key = await readFile(shared);
    expect(key).toHaveLength(32);
    expect((await stat(shared)).mode & 0o777).toBe(0o600);
    await createMasterKeyFile(shared);
    expect(await readFile(shared)).toEqual(key);
    expect(await readdir(join(folder, 'raced'))).toEqual(['master-key']);
  });

  it('rejects a key file that is missing, has the wrong length, or is readable by others', async () => {
    expect(() => createFileSecretBox(join(folder, 'none'))).toThrow(/ENOENT/);
    const short = join(folder, 'short');
    writeFileSync(short, 'short', { mode: 0o600 });
    expect(() => createFileSecretBox(short)).toThrow(/must have 32 bytes, but it has 5/);
    const open = join(folder, 'open');
    await createMasterKeyFile(open);
    await chmod(open, 0o644);
    expect(() => createFileSecretBox(open)).toThrow(/Other users can read/);
  });
});
