import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { contract } from './contract.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
// The package is CommonJS: its function is the default of the default.
addFormatsModule.default(ajv);
ajv.addSchema(closeObjects(contract) as object, 'openapi'); // a copy of an object is an object

/**
 * Returns a copy of a part of the contract whose objects reject unknown fields. The published schemas of responses accept
 * them, so that clients survive new fields. The service itself must not send a field that the contract does not name.
 */
function closeObjects(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closeObjects);
  if (typeof part !== 'object' || part === null) return part;
  const closed = Object.fromEntries(Object.entries(part).map(([keyword, value]) => [keyword, closeObjects(value)]));
  const isOpen = closed['type'] === 'object' && 'properties' in closed && !('additionalProperties' in closed);
  return isOpen ? { ...closed, additionalProperties: false } : closed;
}

const templates = Object.keys(contract.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
}));

/** Validates the status, media type, and body of a response against openapi.yaml. Throws an error with the difference. */
export function validateResponse(method: string, url: string, response: Response, body: string): void {
  const path = new URL(url, 'http://api.test').pathname;
  const template = templates.find(({ pattern }) => pattern.test(path))?.path;
  const operation = template === undefined ? undefined : contract.paths[template][method.toLowerCase()];
  const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? '';
  if (response.headers.get('x-request-id') === null) throw new Error(`${method} ${path}: no X-Request-Id`);
  if (operation === undefined) {
    // An unknown path or method still has problem details.
    if (response.status >= 400 && method !== 'HEAD') check('openapi#/components/schemas/Problem', JSON.parse(body));
    return;
  }
  const declared = operation.responses[String(response.status)];
  if (declared === undefined)
    throw new Error(`${method} ${template}: ${response.status} is not in the contract: ${body}`);
  if (method === 'GET' && response.headers.has('etag') && !('304' in operation.responses))
    throw new Error(`GET ${template}: a response has a tag, but 304 is not in the contract`);
  const answer = '$ref' in declared ? contract.components.responses[declared.$ref.split('/').at(-1)] : declared;
  if (answer.content === undefined) {
    if (body !== '') throw new Error(`${method} ${template}: a ${response.status} has no body`);
    return;
  }
  if (answer.content[type] === undefined) throw new Error(`${method} ${template}: ${type} is not in the contract`);
  if (type === 'application/x-ndjson') {
    for (const line of body.split('\n').filter((text) => text !== ''))
      check('openapi#/components/schemas/Sample', JSON.parse(line));
  } else if (type === 'text/event-stream') {
    for (const [, data = ''] of body.matchAll(/^data: (.*)$/gm))
      checkContent(answer.content[type].schema, JSON.parse(data));
  } else if (type.endsWith('json')) checkContent(answer.content[type].schema, JSON.parse(body));
}

/**
 * Validates the payload of a webhook against the contract, and returns it. Throws an error with the difference.
 * @param $ref reference to the schema in the contract. Default: the union of all payloads
 */
export function validatePayload(body: string, $ref = '#/components/schemas/EventPayload'): { type: string } {
  const payload = JSON.parse(body);
  check(`openapi${$ref}`, payload);
  return payload;
}

function checkContent(schema: { $ref?: string }, value: unknown): void {
  if (schema.$ref === undefined) throw new Error('Bodies in openapi.yaml must be named schemas.');
  check(`openapi${schema.$ref}`, value);
}

function check(reference: string, value: unknown): void {
  const validate = ajv.getSchema(reference);
  if (validate === undefined) throw new Error(`Schema ${reference} does not exist.`);
  if (validate(value) !== true)
    throw new Error(`${reference}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(value).slice(0, 2_000)}`);
}
