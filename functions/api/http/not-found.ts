import { AppError } from '../../../shared/errors/app-error.ts';

/** The one answer for what does not exist and for what belongs to another tenant: they cannot be told apart. */
export function notFound(noun: string, id: string): AppError {
  return new AppError('NOT_FOUND', `There is no ${noun} ${id}`);
}
