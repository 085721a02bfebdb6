/** Returns whether a text is the URL of an issuer. Only an issuer on this machine may use plain HTTP. */
export function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  const isPlain = protocol === 'http:' && hostname === '127.0.0.1';
  return (protocol === 'https:' || isPlain) && search + hash + username === '';
}
