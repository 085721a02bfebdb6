import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Config } from '../../../shared/config.ts';
import type { Clock } from '../../../shared/ports.ts';
import { fetchDocument } from './fetch-document.ts';

type Settings = Pick<Config, 'egress'>;
type KeyDeps = { config: Settings; clock: Pick<Clock, 'nowMs'> };

/** Time in ms for which keys are used without reading them again, so that a removed key is refused after it. */
const maxAgeMs = 600_000;
/** Minimum time in ms between two reads because of an unknown key, or after a failure. Callers need no API key. */
const restMs = 30_000;

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

type Reading = { keys: Promise<JWTVerifyGetKey>; failedAtMs: number | null };

/** Keys of issuers that this process has read, by their URL. */
const known = new WeakMap<Settings, Map<string, Reading>>();

/**
 * Returns the function that finds the public keys of an issuer. It reads them when they are first needed, and again when
 * a token names an unknown key, which shows a rotation.
 * @throws Error if the issuer cannot be reached, or its discovery document is not valid
 */
export function findIssuerKeys(deps: KeyDeps, issuer: string): Promise<JWTVerifyGetKey> {
  const nowMs = deps.clock.nowMs();
  const issuers = known.get(deps.config) ?? new Map<string, Reading>();
  known.set(deps.config, issuers);
  const held = issuers.get(issuer);
  if (held !== undefined && (held.failedAtMs === null || nowMs - held.failedAtMs < restMs)) return held.keys;
  const reading: Reading = { keys: readIssuer(deps, issuer, () => reading), failedAtMs: null };
  issuers.set(issuer, reading);
  reading.keys.catch(() => {
    reading.failedAtMs = nowMs;
  });
  return reading.keys;
}

/** Reads where the keys of an issuer are. The keys themselves are read when a token needs them. */
async function readIssuer({ config: { egress }, clock }: KeyDeps, issuer: string, getReading: () => Reading) {
  const place = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const response = await fetchDocument(egress, place);
  if (response.status !== 200) throw new Error(`The issuer answered ${place.href} with ${response.status}`);
  const found = discoverySchema.parse(await response.json());
  if (found.issuer !== issuer) throw new Error('The discovery document is that of another issuer');
  const url = new URL(found.jwks_uri);
  // Keys that are read without TLS could be those of an attacker.
  if (url.protocol !== place.protocol)
    throw new Error('The address of the keys (jwks_uri) must have the protocol of the issuer');
  const fetchKeys = async () => {
    const reading = getReading();
    if (reading.failedAtMs !== null) throw new Error('The keys of the issuer could not be read');
    // After a failure, the issuer is read again, because it may have moved its keys.
    reading.failedAtMs = clock.nowMs();
    const answer = await fetchDocument(egress, url);
    if (answer.status === 200) reading.failedAtMs = null;
    return answer;
  };
  return createRemoteJWKSet(url, { [customFetch]: fetchKeys, cooldownDuration: restMs, cacheMaxAge: maxAgeMs });
}
