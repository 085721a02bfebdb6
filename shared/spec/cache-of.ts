import type { Workload } from './run-spec.ts';

/**
 * What a workload lets a server's prompt cache find: `cold`, no two prompts begin alike; `warm`, they may; `history`, each
 * turn of a conversation begins as the one before it, and nothing else does (or may, where the conversations are warm).
 */
export function cacheOf(workload: Workload): 'cold' | 'warm' | 'history' {
  switch (workload.kind) {
    case 'sonnet':
    case 'trace':
    case 'number-words':
    case 'prompts':
    case 'dataset':
      return workload.cache ?? 'warm';
    case 'conversation':
      return 'history';
    case 'llmperf-v1':
    case 'llmperf-v2':
      return 'warm';
  }
}
