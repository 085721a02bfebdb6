import { z } from 'zod';
import { notSentReasons, outcomes } from './outcome.ts';

export const outcomeSchema = z.enum(outcomes).meta({ id: 'Outcome' });
export const notSentReasonSchema = z.enum(notSentReasons).meta({ id: 'NotSentReason' });
