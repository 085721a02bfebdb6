/** A request body as bytes of JSON. */
export function encodeBody(body: Record<string, unknown>): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(body));
}

/** An object that the target's body may hold under a name, to be added to; empty where it holds none. */
export function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
