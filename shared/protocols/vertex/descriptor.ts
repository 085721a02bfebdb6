import type { Descriptor } from '../descriptor.ts';
import { gemini } from '../gemini/descriptor.ts';

export const vertex: Descriptor = {
  auth: { style: 'bearer' },
  keyRemedy: 'Use an access token (from `gcloud auth print-access-token`), not a key file',
  body: gemini.body,
};
