import { answerInvocations } from './answer-invocations.ts';

/* A local execution environment of the worker: the very handler that Lambda loads, behind an IPC channel. */

const { handler } = await import('../../functions/worker/handler.ts');
answerInvocations(process, handler);
