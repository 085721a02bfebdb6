import { answerInvocations } from './answer-invocations.ts';

/* Local execution environment of the finalizer: the handler that Lambda loads, behind an IPC channel. */

const { handler } = await import('../../../functions/finalizer/handler.ts');
answerInvocations(process, handler);
