import type { Descriptor } from '../descriptor.ts';
import { gemini } from '../gemini/descriptor.ts';

export const vertex: Descriptor = {
  auth: { style: 'bearer' },
  keyRemedy: 'Give an access token rather than a key file: what `gcloud auth print-access-token` prints',
  body: gemini.body,
};
