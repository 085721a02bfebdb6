/** Reads the login (`user:password`) of a header value such as `Basic dXNlcjpwYXNz`. Returns null for other schemes. */
export function readBasicLogin(value: string): string | null {
  const text = /^basic\s+([A-Za-z0-9+/=]+)\s*$/i.exec(value)?.[1];
  return text === undefined ? null : Buffer.from(text, 'base64').toString('utf8');
}

/** Formats a login as the value of an `Authorization` or `Proxy-Authorization` header. */
export function formatBasicLogin(login: string): string {
  return `Basic ${Buffer.from(login).toString('base64')}`;
}
