import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { Clock, RoleCredentials, RoleRequest } from '../ports.ts';
import { requestLimits, retries } from './aws-clients.ts';

/** Credentials of a role. `expiration` is absent if they do not expire. */
type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string; expiration?: Date };
type Provider = () => Promise<Credentials>;

/** AWS allows at most an hour if a role assumes another role. */
const lifetimeSeconds = 3_600;

/** An assumed role may do only this, even if its own policies allow more. */
const sessionPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['bedrock:InvokeModelWithResponseStream', 'sagemaker:InvokeEndpointWithResponseStream'],
      Resource: '*',
    },
  ],
};

/** Errors after which a retry cannot succeed. After another error, such as throttling, it can. */
const refusals = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'RegionDisabledException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
  'ValidationError',
]);

/**
 * Creates the credentials of roles: those of the process itself for the role `worker`, and otherwise those of an assumed
 * role. The external id is the tenant, so no tenant can use a role that trusts another tenant.
 * @param stsEndpoint address of an emulated AWS STS; default: that of the region
 */
export function createRoleCredentials(
  clock: Pick<Clock, 'nowMs'>,
  { stsEndpoint, chain = fromNodeProviderChain() }: { stsEndpoint?: string; chain?: Provider } = {},
): RoleCredentials {
  const choose = ({ role, region, tenantId }: RoleRequest): Provider => {
    if (role === 'worker') return chain;
    return fromTemporaryCredentials({
      masterCredentials: chain,
      params: {
        RoleArn: role,
        RoleSessionName: `tokenmeter-${tenantId}`,
        ExternalId: tenantId,
        DurationSeconds: lifetimeSeconds,
        Policy: JSON.stringify(sessionPolicy),
      },
      clientConfig: {
        region,
        ...retries,
        requestHandler: requestLimits,
        ...(stsEndpoint === undefined ? {} : { endpoint: stsEndpoint }),
      },
    });
  };
  return {
    open: async (request) => {
      const source = keepCurrent(choose(request), clock);
      try {
        await source();
        return { source, refusal: null };
      } catch (error) {
        const name = error instanceof Error ? error.name : '';
        if (!refusals.has(name)) throw error;
        return { source: null, refusal: describeRefusal(request, name) };
      }
    },
  };
}

function describeRefusal({ role, tenantId }: RoleRequest, name: string): string {
  if (role === 'worker' || name === 'CredentialsProviderError')
    return `This deployment has no valid AWS credentials (${name}). Ask its operator to check them`;
  return `AWS does not let this deployment assume the role (${name}). The trust policy of the role must allow the deployment's worker role with the external id ${tenantId}`;
}

/** Time in ms before the end of credentials from which new ones are fetched, while requests still use the old ones. */
const renewalLeadMs = 600_000;

/**
 * Keeps credentials current. New ones are fetched in the background well before the old ones expire, because a request
 * that waited for them would be late. If that fails, the next request tries again.
 */
function keepCurrent(fetchNew: Provider, { nowMs }: Pick<Clock, 'nowMs'>): Provider {
  let held: Credentials | null = null;
  let fetching: Promise<Credentials> | null = null;
  const renew = () => {
    fetching ??= fetchNew()
      .then((found) => {
        held = found;
        return found;
      })
      .finally(() => {
        fetching = null;
      });
    return fetching;
  };
  return async () => {
    const leftMs = held === null ? 0 : (held.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - nowMs();
    if (held === null || leftMs <= 0) return renew();
    if (leftMs < renewalLeadMs) renew().catch(() => {});
    return held;
  };
}
