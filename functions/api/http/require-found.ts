import { AppError } from '../../../shared/errors/app-error.ts';

/**
 * Returns what was found.
 * @throws AppError NOT_FOUND, the same for what does not exist and for what belongs to another tenant
 */
export function requireFound<Found>(found: Found | null | undefined, noun: string, id: string): Found {
  if (found === null || found === undefined) throw new AppError('NOT_FOUND', `There is no ${noun} ${id}`);
  return found;
}
