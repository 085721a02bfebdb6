/** Default of the maximum size of a response body in bytes: far above an answer of 200,000 tokens. */
export const defaultMaxResponseBytes = 268_435_456;

/** Bytes of an output event. A streamed event of one token has about 200 to 300 in most protocols. */
export const bytesPerEvent = 256;

/** Advice for responses that are larger than the deployment accepts. */
export const sizeRemedy = 'This is a limit of this deployment: raise MAX_RESPONSE_BYTES';
