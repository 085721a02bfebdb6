import { AppError, type ErrorCode, type Fault } from './app-error.ts';

/** @throws AppError with the code and all faults, if `faults` is not empty */
export function refuse(code: ErrorCode, faults: Fault[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const where = first.pointer === '' ? 'The body' : first.pointer;
  const more = faults.length === 1 ? '' : `, and ${faults.length - 1} more`;
  throw new AppError(code, `${where} ${first.fault}${more}`, { faults });
}
