import { aimock } from './aimock/aimock.ts';
import { llamaCpp } from './llama-cpp/llama-cpp.ts';
import { llmock } from './llmock/llmock.ts';
import type { ThirdPartyServer } from './third-party-server.ts';

export const thirdPartyServers: readonly ThirdPartyServer[] = [aimock, llamaCpp, llmock];
