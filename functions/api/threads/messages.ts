import type { ForwardedRequest, ForwardedResponse } from '../http/api-threads.ts';

export type ToThread = { id: number; request: ForwardedRequest };
export type Answered = { id: number; response: ForwardedResponse };
export type FromThread = Answered | { id: number; fault: string };
