import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiScope } from '../../../../shared/records/api-scope.ts';
import type { Principal } from './authenticate.ts';

/** Returns whether a principal has a scope; `admin` includes all of them. */
export function hasScope(principal: Principal, scope: ApiScope): boolean {
  return principal.scopes.includes(scope) || principal.scopes.includes('admin');
}

/** @throws AppError FORBIDDEN that names the scope needed */
export function authorize(principal: Principal, scope: ApiScope): void {
  if (hasScope(principal, scope)) return;
  throw new AppError('FORBIDDEN', `This needs the scope ${scope}, which the API key lacks`, {
    faults: [
      {
        pointer: 'header:authorization',
        fault: `lacks the scope ${scope}`,
        remedy: `Use a key with ${scope}; a key that has it can make one: POST /v1/api-keys {"name": "…", "scopes": ["${scope}"]}`,
      },
    ],
  });
}
