import { aimock } from './aimock/aimock.ts';
import { litellm } from './litellm/litellm.ts';
import { llamaCpp } from './llama-cpp/llama-cpp.ts';
import { llmD } from './llm-d/llm-d.ts';
import { llmock } from './llmock/llmock.ts';
import { llmposter } from './llmposter/llmposter.ts';
import type { ThirdPartyServer } from './third-party-server.ts';

export const thirdPartyServers: readonly ThirdPartyServer[] = [aimock, litellm, llamaCpp, llmD, llmock, llmposter];
