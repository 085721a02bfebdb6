import { mkdir, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

/** Writes the types of openapi.yaml to `generated/openapi.d.ts`. */
export async function generateClient(): Promise<void> {
  const contract = new URL('../../openapi.yaml', import.meta.url);
  await mkdir(new URL('generated/', import.meta.url), { recursive: true });
  await writeFile(new URL('generated/openapi.d.ts', import.meta.url), astToString(await openapiTS(contract)));
}
