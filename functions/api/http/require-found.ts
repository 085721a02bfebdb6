import { AppError } from '../../../shared/errors/app-error.ts';

/**
 * Returns the found resource.
 * @throws AppError NOT_FOUND, with the same text if the resource does not exist or belongs to another tenant
 */
export function requireFound<Found>(found: Found | null | undefined, noun: string, id: string): Found {
  if (found === null || found === undefined) throw new AppError('NOT_FOUND', `The ${noun} ${id} does not exist`);
  return found;
}
