import { isSecretName, mask, secretForms } from '../secrets/secret-forms.ts';

const maxDepth = 12;
const maxTextLength = 8_192;

/**
 * Returns a copy that is safe to log. Masks fields whose name suggests a secret, and texts that look like a secret.
 * Converts errors to plain objects. Cuts cycles and deep nesting.
 */
export function redactSecrets(value: unknown): unknown {
  try {
    return redactAt(value, 0, new Set());
  } catch {
    // A getter or proxy threw an error, but logging must never throw.
    return { unreadable: true };
  }
}

/** Masks secrets in a text and cuts long texts. */
export function redactText(text: string): string {
  // Masks secrets before cutting the text, because the patterns do not match a partial secret.
  const masked = secretForms.reduce((result, form) => result.replace(form, mask), text);
  return masked.length > maxTextLength ? `${masked.slice(0, maxTextLength)}… (${masked.length} characters)` : masked;
}

function redactAt(value: unknown, depth: number, above: ReadonlySet<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (above.has(value)) return '[circular]';
  if (depth >= maxDepth) return '[too deep]';
  const within = new Set(above).add(value);
  const inner = (child: unknown) => redactAt(child, depth + 1, within);
  if (value instanceof Error) return redactFields(listErrorFields(value), inner);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return redactText(value.href);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof Set) return [...value].map(inner);
  if (value instanceof Map)
    return redactFields(
      Array.from(value, ([name, child]) => [String(name), child] as const),
      inner,
    );
  if ('toJSON' in value && typeof value.toJSON === 'function') return '[object]';
  return redactFields(Object.entries(value), inner);
}

function redactFields(fields: Iterable<readonly [string, unknown]>, inner: (child: unknown) => unknown) {
  const safe: Record<string, unknown> = {};
  for (const [name, child] of fields) {
    const holdsSecret = isSecretName(name) && child !== null && child !== undefined && typeof child !== 'boolean';
    // An assignment would lose a field named `__proto__`.
    Object.defineProperty(safe, redactText(name), {
      value: holdsSecret ? mask : inner(child),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return safe;
}

/** Lists an error's name, message, stack, code, and cause. Omits other fields, such as requests and headers. */
function listErrorFields(error: Error): [string, unknown][] {
  const fields: [string, unknown][] = [
    ['type', error.name],
    ['message', error.message],
    ['stack', error.stack],
  ];
  if ('code' in error) fields.push(['code', error.code]);
  if (error.cause !== undefined) fields.push(['cause', error.cause]);
  if (error instanceof AggregateError) fields.push(['errors', error.errors]);
  return fields;
}
