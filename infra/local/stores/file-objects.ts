import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createFileBody, type FileBody } from './file-body.ts';

/*
 * fauxqs holds the parts of an upload in memory, joins them in memory, and reads a whole object for any range of it.
 * Here, parts stay in files: an object that was uploaded in parts is a folder of them, and bodies are read as they are
 * sent. fauxqs has no option for this, so methods of its store and its files are replaced.
 */

type Content = { key: string; contentType: string; metadata: Record<string, string> };
type Part = { partNumber: number; etag: string; body: FileBody };
type Upload = Content & { uploadId: string; bucket: string; parts: Map<number, Part>; initiated: Date };
type StoredObject = Content & {
  body: unknown;
  contentLength: number;
  etag: string;
  lastModified: Date;
  parts?: { partNumber: number; offset: number; length: number }[];
};
/** Parts of fauxqs's `FileS3Persistence`. */
type Files = {
  bucketsDir: string;
  multipartDir: string;
  upsertObject(bucket: string, object: StoredObject): void;
  deleteObject(bucket: string, key: string): void;
  readBody(bucket: string, key: string): unknown;
  upsertMultipartPart(uploadId: string, part: Omit<Part, 'body'> & { body: Uint8Array | FileBody }): void;
  deleteMultipartUpload(uploadId: string): void;
  completeMultipartUpload(uploadId: string, bucket: string, object: StoredObject): void;
  loadMultipartUploads(store: Store): void;
};
/** Parts of fauxqs's `S3Store`. */
type Store = {
  buckets: Map<string, Map<string, StoredObject>>;
  multipartUploads: Map<string, Upload>;
  multipartUploadsByBucket: Map<string, Set<string>>;
  persistence?: Files;
  restoreMultipartUpload(upload: Upload): void;
  completeMultipartUpload(uploadId: string, specs: readonly PartSpec[]): StoredObject;
};
type PartSpec = { partNumber: number; etag: string };
type S3ErrorClass = new (code: string, message: string, status: number) => Error;

/** Minimum size in bytes of all parts but the last, as on AWS. */
const minPartBytes = 5 * 1_024 ** 2;

let isAdapted = false;

/** Makes all servers of this process that store objects in files read and join them without holding them in memory. */
export async function keepBodiesInFiles(): Promise<void> {
  if (isAdapted) return;
  isAdapted = true;
  const { FileS3Persistence } = await loadModule<{ FileS3Persistence: { prototype: Files } }>(
    's3/fileS3Persistence.js',
  );
  const { S3Store } = await loadModule<{ S3Store: { prototype: Store } }>('s3/s3Store.js');
  const { S3Error } = await loadModule<{ S3Error: S3ErrorClass }>('common/errors.js');
  adaptFiles(FileS3Persistence.prototype);
  const { completeMultipartUpload } = S3Store.prototype;
  S3Store.prototype.completeMultipartUpload = function (this: Store, uploadId, specs) {
    const { persistence } = this;
    if (persistence === undefined) return completeMultipartUpload.call(this, uploadId, specs);
    return completeUpload(this, persistence, uploadId, specs, S3Error);
  };
}

/** Loads a module that fauxqs does not export. The types are those of its pinned version. */
async function loadModule<T>(path: string): Promise<T> {
  const manifest = findPackageJSON('fauxqs', import.meta.url);
  if (manifest === undefined) throw new Error('Internal error: the package fauxqs is missing.');
  return import(pathToFileURL(join(dirname(manifest), 'dist', path)).href);
}

function adaptFiles(files: Files): void {
  const { deleteObject, upsertObject, upsertMultipartPart } = files;
  files.readBody = function (this: Files, bucket, key) {
    return openBody(findData(this, bucket, key));
  };
  files.upsertObject = function (this: Files, bucket, object) {
    rmSync(findData(this, bucket, object.key), { recursive: true, force: true });
    upsertObject.call(this, bucket, object);
  };
  files.deleteObject = function (this: Files, bucket, key) {
    rmSync(findData(this, bucket, key), { recursive: true, force: true });
    deleteObject.call(this, bucket, key);
  };
  files.upsertMultipartPart = function (this: Files, uploadId, part) {
    upsertMultipartPart.call(this, uploadId, part);
    // The store holds this part, whose bytes are in the file now.
    part.body = openBody(join(this.multipartDir, uploadId, 'parts', `${part.partNumber}.data`));
  };
  files.completeMultipartUpload = function (this: Files, uploadId, bucket, object) {
    joinParts(this, uploadId, bucket, object);
    this.deleteMultipartUpload(uploadId);
  };
  files.loadMultipartUploads = function (this: Files, store) {
    for (const uploadId of readdirSync(this.multipartDir)) loadUpload(join(this.multipartDir, uploadId), store);
  };
}

function findData({ bucketsDir }: Pick<Files, 'bucketsDir'>, bucket: string, key: string): string {
  // fauxqs encodes other characters. The service uses none of them.
  if (!/^[\w./-]+$/.test(key) || key.split('/').includes('..')) throw new Error(`The key ${key} is not valid`);
  return join(bucketsDir, bucket, 'objects', `${key}.data`);
}

/** Opens the bytes of a file, or of the numbered files of a folder. */
function openBody(path: string): FileBody {
  if (!statSync(path).isDirectory()) return createFileBody([path]);
  const numbers = readdirSync(path).map((name) => Number.parseInt(name, 10));
  return createFileBody(numbers.sort((a, b) => a - b).map((number) => join(path, `${number}.data`)));
}

/** Makes a folder of an upload's parts. Its last step writes the description, without which the object does not exist. */
function joinParts(files: Files, uploadId: string, bucket: string, object: StoredObject): void {
  const data = findData(files, bucket, object.key);
  const draft = `${data}.${uploadId}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  for (const { partNumber } of object.parts ?? [])
    linkSync(join(files.multipartDir, uploadId, 'parts', `${partNumber}.data`), join(draft, `${partNumber}.data`));
  rmSync(data, { recursive: true, force: true });
  renameSync(draft, data);
  const { body: _, ...description } = object;
  writeFileSync(data.replace(/\.data$/, '.meta.json'), JSON.stringify(description));
}

function loadUpload(folder: string, store: Store): void {
  const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
  const upload: Upload = { ...read(join(folder, '.upload.json')), parts: new Map() };
  for (const name of readdirSync(join(folder, 'parts'))) {
    if (!name.endsWith('.meta.json')) continue;
    const part = read(join(folder, 'parts', name));
    upload.parts.set(part.partNumber, { ...part, body: openBody(join(folder, 'parts', `${part.partNumber}.data`)) });
  }
  store.restoreMultipartUpload({ ...upload, initiated: new Date(upload.initiated) });
}

function completeUpload(
  store: Store,
  files: Files,
  uploadId: string,
  specs: readonly PartSpec[],
  S3Error: S3ErrorClass,
): StoredObject {
  const upload = store.multipartUploads.get(uploadId);
  if (upload === undefined) throw new S3Error('NoSuchUpload', 'The upload does not exist, or it has ended.', 404);
  const { parts, bucket, key, contentType, metadata, uploadId: _, initiated: __, ...content } = upload;
  const chosen = chooseParts(parts, specs, S3Error);
  let offset = 0;
  const places = chosen.map(({ partNumber, body: { length } }) => {
    offset += length;
    return { partNumber, offset: offset - length, length };
  });
  const digests = Buffer.concat(chosen.map(({ etag }) => Buffer.from(stripQuotes(etag), 'hex')));
  const etag = `"${createHash('md5').update(digests).digest('hex')}-${chosen.length}"`;
  const fixed = { key, contentType, metadata, body: Buffer.alloc(0) };
  const object = { ...content, ...fixed, contentLength: offset, etag, lastModified: new Date(), parts: places };
  files.completeMultipartUpload(uploadId, bucket, object);
  store.buckets.get(bucket)?.set(key, object);
  store.multipartUploads.delete(uploadId);
  store.multipartUploadsByBucket.get(bucket)?.delete(uploadId);
  return object;
}

/** Chooses the listed parts. @throws S3Error if one is missing, has other bytes, is too small, or is not in order */
function chooseParts(parts: Upload['parts'], specs: readonly PartSpec[], S3Error: S3ErrorClass): Part[] {
  return specs.map(({ partNumber, etag }, index) => {
    const part = parts.get(partNumber);
    if (part === undefined || stripQuotes(part.etag) !== stripQuotes(etag))
      throw new S3Error('InvalidPart', `Part ${partNumber} was not uploaded, or its ETag differs.`, 400);
    if (index > 0 && partNumber <= (specs[index - 1]?.partNumber ?? 0))
      throw new S3Error('InvalidPartOrder', 'The parts are not in ascending order.', 400);
    if (index < specs.length - 1 && part.body.length < minPartBytes)
      throw new S3Error('EntityTooSmall', `Part ${partNumber} is smaller than ${minPartBytes} bytes.`, 400);
    return part;
  });
}

const stripQuotes = (etag: string) => etag.replaceAll('"', '');
