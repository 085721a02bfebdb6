import { AppError } from '../../../../shared/errors/app-error.ts';
import type { ApiScope } from '../../../../shared/records/api-scope.ts';
import type { Principal } from './authenticate.ts';

/** Returns whether a principal has a scope. The scope `admin` includes all scopes. */
export function hasScope(principal: Principal, scope: ApiScope): boolean {
  return principal.scopes.includes(scope) || principal.scopes.includes('admin');
}

/** @throws AppError FORBIDDEN if the principal lacks the scope */
export function authorize(principal: Principal, scope: ApiScope): void {
  if (hasScope(principal, scope)) return;
  throw new AppError('FORBIDDEN', `The API key lacks the scope ${scope}`, {
    faults: [
      {
        pointer: 'header:authorization',
        fault: `lacks the scope ${scope}`,
        remedy: `Use a key with the scope ${scope}. A key with this scope can create one: POST /v1/api-keys {"name": "…", "scopes": ["${scope}"]}`,
      },
    ],
  });
}
