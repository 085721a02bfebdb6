/**
 * Limits of AWS Lambda and of its HTTP API. Code that runs on AWS stays within them, and the simulated Lambda of the
 * tests enforces them.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const lambdaLimits = {
  /** Maximum size in bytes of an event and of an answer, as JSON. Binary bodies are base64. */
  payloadBytes: 6 * 1_024 * 1_024,
  /** Seconds after which an HTTP API ends a request, even if the function continues. */
  gatewaySeconds: 30,
  /** Maximum number of seconds of an invocation. */
  invocationSeconds: 900,
  /** Maximum number of open files and sockets of an execution environment. */
  descriptors: 1_024,
  /** Maximum size in bytes of the files in the temporary folder, which is the only writable one. */
  temporaryBytes: 512 * 1_024 * 1_024,
} as const;

/** Seconds of an invocation that handles an HTTP request. The function ends before the HTTP API stops waiting. */
export const apiSeconds = lambdaLimits.gatewaySeconds - 1;

/** Seconds that an HTTP request has left to answer after it has waited for a run. */
export const answerMarginSeconds = 4;

/** Bytes of a payload for everything except its body. An HTTP API accepts 10,240 bytes of headers, and repeats some. */
const envelopeBytes = 32_768;

/** Maximum size in bytes of the body of a request or an answer. In a payload, four characters hold three bytes. */
export const maxPayloadBodyBytes = Math.floor((lambdaLimits.payloadBytes - envelopeBytes) / 4) * 3;

/** Descriptors of a worker in addition to its streams: 43 measured, up to 100 connections to AWS, and a reserve. */
const otherDescriptors = 224;

/** Maximum number of streams of a worker. Each stream needs a descriptor. */
export const maxLambdaStreams = lambdaLimits.descriptors - otherDescriptors;
