/** Default of the maximum size of a response body in bytes: far above an answer of 200,000 tokens. */
export const defaultMaxResponseBytes = 268_435_456;

/** Advice for responses that are larger than the deployment accepts. */
export const sizeRemedy = 'This is a limit of this deployment: raise MAX_RESPONSE_BYTES';
