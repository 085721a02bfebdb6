/** Bytes of an output event. A streamed event of one token has about 200 to 300 in most protocols. */
export const bytesPerEvent = 256;
