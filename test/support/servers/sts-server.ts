import { text } from 'node:stream/consumers';
import { openServer } from './open-server.ts';

type Trust = {
  /** External id that each role requires, by its ARN. */
  roles: Record<string, string>;
  /** Returns when the credentials of the next call expire (ms since 1970). */
  expiresAtMs(): number;
};

/** Starts a server with the part of AWS STS that assumes roles. A role is assumed only with its own external id. */
export async function startStsServer({ roles, expiresAtMs }: Trust) {
  const calls: Record<string, string>[] = [];
  let failure: string | null = null;
  const server = await openServer(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    calls.push(form);
    const isTrusted = roles[form['RoleArn'] ?? ''] === form['ExternalId'];
    const code = failure ?? (isTrusted ? null : 'AccessDenied');
    const status = code === null ? 200 : code === 'AccessDenied' ? 403 : 500;
    response.writeHead(status, { 'content-type': 'text/xml' });
    response.end(code === null ? describeRole(calls.length, expiresAtMs()) : describeError(code));
  });
  return {
    endpoint: server.url,
    calls,
    close: server.close,
    /** Lets all following calls fail with this error code, or succeed again if it is null. */
    fail: (code: string | null) => {
      failure = code;
    },
  };
}

/** Secret access key of all credentials, so that a server can check the signatures of a whole run. */
export const roleSecret = 'secret-of-the-role-0123456789';

/** Access key id of the credentials that the call with this number returned. The first call has the number 1. */
export function nameAccessKey(call: number): string {
  return `ASIA${String(call).padStart(16, '0')}`;
}

function describeRole(call: number, expiresAtMs: number): string {
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>${nameAccessKey(call)}</AccessKeyId><SecretAccessKey>${roleSecret}</SecretAccessKey>
<SessionToken>session-of-call-${call}</SessionToken><Expiration>${new Date(expiresAtMs).toISOString()}</Expiration>
</Credentials><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn><AssumedRoleId>A:s</AssumedRoleId>
</AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`;
}

function describeError(code: string): string {
  return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>
<Message>refused</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
}
