import { answerInvocations } from './answer-invocations.ts';

/* A local execution environment of the finalizer: the very handler that Lambda loads, behind an IPC channel. */

const { handler } = await import('../../../functions/finalizer/handler.ts');
answerInvocations(process, handler);
