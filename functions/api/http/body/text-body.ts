import { AppError } from '../../../../shared/errors/app-error.ts';
import type { Body, Content } from '../operation.ts';
import { checkContentType, readBodyWithin } from './read-body.ts';

/** Accepts a text of one of the media types and keeps its bytes unchanged. */
export function textBody(content: Content): Body<{ type: string; text: string }> {
  return {
    required: true,
    content,
    faultCode: 'INVALID_REQUEST',
    read: async (c, maxBodyBytes) => {
      const bytes = await readBodyWithin(c, maxBodyBytes);
      const type = checkContentType(c, Object.keys(content));
      const body = { type, text: decode(bytes) };
      return { check: () => body };
    },
  };
}

function decode(bytes: Uint8Array): string {
  try {
    // Keeps the byte order mark, so that the digest matches the uploaded bytes.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const fault = 'is not UTF-8';
    throw new AppError('INVALID_BODY', `The body ${fault}`, {
      faults: [{ pointer: '', fault, remedy: 'Send the text in UTF-8' }],
      cause,
    });
  }
}
