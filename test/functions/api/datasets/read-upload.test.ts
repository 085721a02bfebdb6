import { expect, test } from 'vitest';
import { readUpload } from '../../../../functions/api/datasets/read-upload.ts';

const read = (text: string, type: string) =>
  readUpload({ bytes: new Uint8Array(Buffer.from(text)), type }, { kind: 'prompts', usualKind: 'prompts' }, () =>
    Promise.reject(new Error('This is not Parquet')),
  );

test.each([
  ['text/csv', 'id,prompt\n1,a\0b', 'line:2/prompt'],
  ['text/plain', 'a\nb\0', 'line:2'],
])('a NUL character in %s is refused, as in JSON', async (type, text, pointer) => {
  await expect(read(text, type)).rejects.toMatchObject({
    faults: [
      { pointer: expect.stringContaining(pointer), fault: expect.stringContaining('contains the NUL character') },
    ],
  });
});
