import { errors, type JWTPayload, jwtVerify } from 'jose';
import { AppError } from '../../../shared/errors/app-error.ts';
import { matchesPattern } from '../../../shared/matches-pattern.ts';
import type { OidcRuleRecord } from '../../../shared/records/oidc-rule.ts';
import type { ApiDeps } from '../compose.ts';
import { findIssuerKeys } from './issuer-keys.ts';

/** Only asymmetric algorithms: with a symmetric one, anybody could sign with the public key. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const clockToleranceSeconds = 30;
/** Maximum age of a token in seconds, so that the ids of used tokens need not be stored for longer. */
const maxAgeSeconds = 86_400;

export type VerifiedToken = JWTPayload & { sub: string; jti: string; exp: number };

/**
 * Verifies the signature of an OIDC token with the keys of its issuer, and its issuer, audience, times, and claims.
 * @throws AppError UNAUTHENTICATED with the reason, without values of the rule; UNAVAILABLE if the issuer does not answer
 */
export async function verifyToken(
  deps: Pick<ApiDeps, 'config' | 'clock' | 'logger'>,
  rule: OidcRuleRecord,
  token: string,
): Promise<VerifiedToken> {
  const nowMs = deps.clock.nowMs();
  const { payload } = await findIssuerKeys(deps, rule.issuer)
    .then((keys) =>
      jwtVerify(token, keys, {
        algorithms,
        issuer: rule.issuer,
        audience: rule.audience,
        requiredClaims: ['exp', 'iat', 'jti', 'sub'],
        maxTokenAge: maxAgeSeconds,
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(nowMs),
      }),
    )
    .catch((error: unknown) => {
      const reason = findReason(error);
      deps.logger.warn('OIDC token refused', { oidcRuleId: rule.oidcRuleId, reason, error });
      if (reason !== null) throw createTokenError(reason);
      throw new AppError('UNAVAILABLE', `The issuer ${rule.issuer} does not answer as an OIDC issuer. Try again.`, {
        retryAfterSeconds: clockToleranceSeconds,
      });
    });
  const { sub, jti, exp } = payload;
  if (sub === undefined || jti === undefined || exp === undefined || exp * 1_000 > nowMs + maxAgeSeconds * 1_000)
    throw createTokenError('lives too long: it must expire within a day');
  const wrong = Object.entries(rule.claims).filter(([name, pattern]) => !matchesClaim(payload[name], pattern));
  if (wrong.length > 0)
    throw createTokenError(`has another value than the rule requires in ${wrong.map(([name]) => name).join(', ')}`);
  return { ...payload, sub, jti, exp };
}

/** Returns why a token is not valid, or null if the issuer is at fault. */
function findReason(error: unknown): string | null {
  if (error instanceof errors.JWTExpired) return 'has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `has no valid ${error.claim}`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'is signed with an algorithm that is not allowed';
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
    return 'is not signed with a key of the issuer';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'is not a signed JWT';
  if (error instanceof errors.JOSENotSupported) return 'has a form that is not supported';
  return null;
}

/** Compares a claim with a pattern, in which `*` stands for any text. A list or an object never matches. */
function matchesClaim(value: unknown, pattern: string): boolean {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
  return matchesPattern(String(value), pattern);
}

export function createTokenError(reason: string): AppError {
  const remedy =
    'In a CI job that the rule allows, request a new token for the audience of the rule. A token can be used only once';
  return new AppError('UNAUTHENTICATED', `The token ${reason}. ${remedy}.`, {
    faults: [{ pointer: '/token', fault: reason, remedy }],
  });
}
