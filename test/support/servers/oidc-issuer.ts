import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { openServer } from './open-server.ts';

/** Ways in which an issuer fails to answer as one. */
export type IssuerFault =
  | 'down'
  | 'no-json'
  | 'other-issuer'
  | 'keys-elsewhere'
  | 'keys-down'
  | 'endless-keys'
  | 'redirect';

export type TokenOptions = { claims?: JWTPayload; header?: Record<string, string>; algorithm?: string };

/** Starts an OIDC issuer with keys of its own, which signs any token and can fail in many ways. */
export async function startOidcIssuer() {
  const requests: string[] = [];
  let fault: IssuerFault | null = null;
  let keys = await createKeys('key-1');
  const server = await openServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const isDiscovery = path.startsWith('/.well-known/');
    const answer = (status: number, body: unknown, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    if (fault === 'down' || (fault === 'keys-down' && !isDiscovery)) return answer(500, {});
    if (fault === 'redirect') return answer(302, {}, { location: 'http://169.254.169.254/' });
    if (fault === 'no-json') return response.end('<html>');
    if (fault === 'endless-keys' && !isDiscovery) {
      response.write('{"keys": [');
      const timer = setInterval(() => response.write(' '.repeat(100_000)), 1);
      return response.on('close', () => clearInterval(timer));
    }
    if (!isDiscovery) return answer(200, { keys: [keys.publicJwk] });
    const issuer = fault === 'other-issuer' ? 'https://other.example.com' : server.url;
    const jwksUri = fault === 'keys-elsewhere' ? 'http://10.0.0.1/keys' : `${server.url}/keys`;
    return answer(200, { issuer, jwks_uri: jwksUri });
  });
  const sign = (claims: JWTPayload, { header = {}, algorithm = 'RS256' }: TokenOptions = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: keys.kid, ...header });
  return {
    url: server.url,
    requests,
    close: server.close,
    setFault: (next: IssuerFault | null) => {
      fault = next;
    },
    /** Replaces the published key with a new one. */
    rotate: async (kid: string) => {
      keys = await createKeys(kid);
    },
    /** Signs the claims, with another key if `otherKey` is set. */
    sign: (claims: JWTPayload, options: TokenOptions = {}) => sign(claims, options).sign(keys.privateKey),
    signWith: (secret: Uint8Array, claims: JWTPayload) => sign(claims, { algorithm: 'HS256' }).sign(secret),
    publicKeyText: () => JSON.stringify(keys.publicJwk),
  };
}

async function createKeys(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}
