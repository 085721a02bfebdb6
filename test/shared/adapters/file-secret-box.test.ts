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

  it('opens what it sealed, any text, under the same context in any order', async () => {
    const box = createFileSecretBox(path);
    const reordered = { credentialId: 'crd_b', tenantId: 'ten_a' };
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (plaintext) => {
        const sealed = await box.seal(plaintext, context);
        expect(await createFileSecretBox(path).open(sealed, reordered)).toBe(plaintext);
      }),
    );
  });

  it('opens nothing under another context, and nothing that was changed anywhere', async () => {
    const box = createFileSecretBox(path);
    const sealed = await box.seal('the secret', context);
    for (const other of [{}, { ...context, tenantId: 'ten_c' }, { ...context, more: '' }, { tenantId: 'ten_a' }])
      await expect(box.open(sealed, other)).rejects.toThrow(/changed, or sealed under another/);
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice(0, i) + (sealed[i] === 'A' ? 'Q' : 'A') + sealed.slice(i + 1);
      // Bits of the last character that base64url leaves unused do not count as a change.
      if (Buffer.from(changed.slice(3), 'base64url').equals(Buffer.from(sealed.slice(3), 'base64url')) && i > 2)
        continue;
      await expect(box.open(changed, context), `character ${i}`).rejects.toThrow();
    }
    for (const text of ['', 'v1.', 'v1.AAAA', 'v2.AAAA', 'x'])
      await expect(box.open(text, context)).rejects.toThrow(/known form/);
  });

  it('never seals a text the same way twice, nor leaves any of it readable', async () => {
    const box = createFileSecretBox(path);
    const [one, two] = [await box.seal('sk-plain', context), await box.seal('sk-plain', context)];
    expect(one).not.toBe(two);
    expect(Buffer.from(one.slice(3), 'base64url').toString('latin1')).not.toContain('plain');
  });

  it('makes the key file once, whole, for its owner alone, whoever asks at the same time', async () => {
    const shared = join(folder, 'raced', 'master-key');
    await Promise.all(Array.from({ length: 8 }, () => createMasterKeyFile(shared)));
    const key = await readFile(shared);
    expect(key).toHaveLength(32);
    expect((await stat(shared)).mode & 0o777).toBe(0o600);
    await createMasterKeyFile(shared);
    expect(await readFile(shared)).toEqual(key);
    expect(await readdir(join(folder, 'raced'))).toEqual(['master-key']);
  });

  it('refuses a key file that is missing, of another length, or readable by others', async () => {
    expect(() => createFileSecretBox(join(folder, 'none'))).toThrow(/ENOENT/);
    const short = join(folder, 'short');
    writeFileSync(short, 'short', { mode: 0o600 });
    expect(() => createFileSecretBox(short)).toThrow(/5 bytes, not 32/);
    const open = join(folder, 'open');
    await createMasterKeyFile(open);
    await chmod(open, 0o644);
    expect(() => createFileSecretBox(open)).toThrow(/read by others/);
  });
});
