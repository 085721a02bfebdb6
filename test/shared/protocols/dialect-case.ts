import type { Usage } from '../../../shared/sample/sample.ts';
import type { RunSpecInput } from '../../../shared/spec/run-spec.ts';

/** Inputs of the contract suite for one protocol. Null: the protocol has no such feature. */
export type DialectCase = {
  name: string;
  target: Pick<RunSpecInput['targets'][number], 'protocol' | 'baseUrl'> & Record<string, unknown>;
  key: string;
  fixtures: { folder: string; extension: 'txt' | 'bin'; answer?: string };
  /** Where a request goes, and base URLs that lead to the same place. */
  url: string;
  sameUrls: string[];
  headers: Record<string, string>;
  /** The whole body for the prompt of the suite, with the target's body `sampling`. */
  sampling: Record<string, unknown>;
  body: Record<string, unknown>;
  answer: {
    reasoning: string | null;
    text: string;
    toolCallArguments: string | null;
    usage: Usage;
    finishReason: string;
  };
  emptyFinish: string;
  streamError: { code: string; message: string };
  refusal: { httpStatus: number; headers?: Record<string, string>; code: string };
};

export const words = { reasoning: 'Let me count.', text: '7,065 – über alles', toolCallArguments: '{"line":7}' };
export const allUsage: Usage = { inputTokens: 30, outputTokens: 12, cachedTokens: 20, reasoningTokens: 4 };
export const system = 'Be brief.\nAlways.';
export const question = 'Pick “lines”: über alles 🙂';
export const reply = 'Which?';
export const followUp = 'All.';
export const limit = 151;

const plainMessages = [
  { role: 'system', content: system },
  { role: 'user', content: question },
  { role: 'assistant', content: reply },
  { role: 'user', content: followUp },
];
const turns = plainMessages.slice(1);
const joined = plainMessages.map(({ content }) => content).join('\n\n');
const openaiError = { code: 'overloaded', message: 'The engine is overloaded' };
const openaiRefusal = { httpStatus: 401, code: 'invalid_api_key' };
const chatBody = {
  temperature: 0,
  messages: plainMessages,
  max_tokens: limit,
  stream: true,
  stream_options: { include_usage: true },
};
const tgiBody = {
  inputs: joined,
  parameters: { top_p: 0.9, max_new_tokens: limit, details: true },
  stream: true,
};
const geminiBody = {
  systemInstruction: { parts: [{ text: system }] },
  contents: [
    { role: 'user', parts: [{ text: question }] },
    { role: 'model', parts: [{ text: reply }] },
    { role: 'user', parts: [{ text: followUp }] },
  ],
  generationConfig: { temperature: 0, maxOutputTokens: limit },
};
const awsKey =
  '{"accessKeyId":"AKIDEXAMPLEEXAMPLE12","secretAccessKey":"wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY","sessionToken":"FwoGZXIvYXdzEXAMPLEtoken"}';
const noUsage: Usage = { inputTokens: null, outputTokens: null, cachedTokens: null, reasoningTokens: null };

const openaiCases: DialectCase[] = [
  {
    name: 'openai-chat',
    target: { protocol: 'openai-chat', baseUrl: 'https://api.example.com/v1' },
    key: 'sk-contract-0123456789',
    fixtures: { folder: 'openai-chat', extension: 'txt' },
    url: 'https://api.example.com/v1/chat/completions',
    sameUrls: ['https://api.example.com/v1/', 'https://api.example.com/v1/chat/completions'],
    headers: { authorization: 'Bearer sk-contract-0123456789' },
    sampling: { temperature: 0 },
    body: { ...chatBody, model: 'm' },
    answer: { ...words, usage: allUsage, finishReason: 'stop' },
    emptyFinish: 'stop',
    streamError: openaiError,
    refusal: openaiRefusal,
  },
  {
    name: 'openai-chat on Azure',
    target: {
      protocol: 'openai-chat',
      baseUrl: 'https://r.openai.azure.com/openai/deployments/d',
      auth: { style: 'header', name: 'api-key' },
      query: { 'api-version': '2024-10-21' },
    },
    key: 'azure-contract-0123456789',
    fixtures: { folder: 'openai-chat', extension: 'txt' },
    url: 'https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21',
    sameUrls: ['https://r.openai.azure.com/openai/deployments/d/chat/completions'],
    headers: { 'api-key': 'azure-contract-0123456789' },
    sampling: { temperature: 0 },
    body: { ...chatBody, model: 'm' },
    answer: { ...words, usage: allUsage, finishReason: 'stop' },
    emptyFinish: 'stop',
    streamError: openaiError,
    refusal: openaiRefusal,
  },
  {
    name: 'openai-completions',
    target: { protocol: 'openai-completions', baseUrl: 'https://api.example.com/v1' },
    key: 'sk-contract-0123456789',
    fixtures: { folder: 'openai-completions', extension: 'txt' },
    url: 'https://api.example.com/v1/completions',
    sameUrls: ['https://api.example.com/v1/completions/', 'https://api.example.com/v1/chat/completions'],
    headers: { authorization: 'Bearer sk-contract-0123456789' },
    sampling: { temperature: 0 },
    body: {
      temperature: 0,
      model: 'm',
      prompt: joined,
      max_tokens: limit,
      stream: true,
      stream_options: { include_usage: true },
    },
    answer: { ...words, reasoning: null, toolCallArguments: null, usage: allUsage, finishReason: 'stop' },
    emptyFinish: 'stop',
    streamError: openaiError,
    refusal: openaiRefusal,
  },
  {
    name: 'openai-responses',
    target: { protocol: 'openai-responses', baseUrl: 'https://api.example.com/v1' },
    key: 'sk-contract-0123456789',
    fixtures: { folder: 'openai-responses', extension: 'txt' },
    url: 'https://api.example.com/v1/responses',
    sameUrls: ['https://api.example.com/v1/responses', 'https://api.example.com/v1/chat/completions'],
    headers: { authorization: 'Bearer sk-contract-0123456789' },
    sampling: { store: false },
    body: { store: false, model: 'm', instructions: system, input: turns, max_output_tokens: limit, stream: true },
    answer: { ...words, usage: allUsage, finishReason: 'completed' },
    emptyFinish: 'max_output_tokens',
    streamError: openaiError,
    refusal: openaiRefusal,
  },
];

const otherCases: DialectCase[] = [
  {
    name: 'anthropic-messages',
    target: { protocol: 'anthropic-messages', baseUrl: 'https://api.example.com' },
    key: 'sk-ant-contract-0123456789',
    fixtures: { folder: 'anthropic-messages', extension: 'txt' },
    url: 'https://api.example.com/v1/messages',
    sameUrls: ['https://api.example.com/', 'https://api.example.com/v1', 'https://api.example.com/v1/messages'],
    headers: { 'x-api-key': 'sk-ant-contract-0123456789', 'anthropic-version': '2023-06-01' },
    sampling: { temperature: 0 },
    body: { temperature: 0, model: 'm', system, messages: turns, max_tokens: limit, stream: true },
    answer: { ...words, usage: { ...allUsage, reasoningTokens: null }, finishReason: 'end_turn' },
    emptyFinish: 'end_turn',
    streamError: { code: 'overloaded_error', message: 'The engine is overloaded' },
    refusal: { httpStatus: 401, code: 'authentication_error' },
  },
  {
    name: 'tgi',
    target: { protocol: 'tgi', baseUrl: 'https://tgi.example.com' },
    key: 'hf_contract_0123456789',
    fixtures: { folder: 'tgi', extension: 'txt' },
    url: 'https://tgi.example.com/generate_stream',
    sameUrls: ['https://tgi.example.com/generate', 'https://tgi.example.com/generate_stream/'],
    headers: { authorization: 'Bearer hf_contract_0123456789' },
    sampling: { parameters: { top_p: 0.9 } },
    body: tgiBody,
    answer: {
      ...words,
      reasoning: null,
      toolCallArguments: null,
      usage: { ...noUsage, inputTokens: 30, outputTokens: 12 },
      finishReason: 'eos_token',
    },
    emptyFinish: 'eos_token',
    streamError: { code: 'overloaded', message: 'The engine is overloaded' },
    refusal: { httpStatus: 422, code: 'validation' },
  },
  {
    name: 'gemini',
    target: { protocol: 'gemini', baseUrl: 'https://g.example.com/v1beta' },
    key: 'AIza-contract-0123456789',
    fixtures: { folder: 'gemini', extension: 'txt' },
    url: 'https://g.example.com/v1beta/models/m:streamGenerateContent?alt=sse',
    sameUrls: ['https://g.example.com/v1beta/', 'https://g.example.com/v1beta/models/x:generateContent'],
    headers: { 'x-goog-api-key': 'AIza-contract-0123456789' },
    sampling: { generationConfig: { temperature: 0 } },
    body: geminiBody,
    answer: { ...words, usage: allUsage, finishReason: 'STOP' },
    emptyFinish: 'MAX_TOKENS',
    streamError: { code: 'UNAVAILABLE', message: 'The engine is overloaded' },
    refusal: { httpStatus: 400, code: 'INVALID_ARGUMENT' },
  },
  {
    name: 'vertex',
    target: { protocol: 'vertex', baseUrl: 'https://v.example.com/v1/projects/p/locations/l' },
    key: 'ya29.contract-0123456789',
    fixtures: { folder: 'vertex', extension: 'txt' },
    url: 'https://v.example.com/v1/projects/p/locations/l/publishers/google/models/m:streamGenerateContent?alt=sse',
    sameUrls: ['https://v.example.com/v1/projects/p/locations/l/publishers/google/models/x:streamGenerateContent'],
    headers: { authorization: 'Bearer ya29.contract-0123456789' },
    sampling: { generationConfig: { temperature: 0 } },
    body: geminiBody,
    answer: { ...words, usage: allUsage, finishReason: 'STOP' },
    emptyFinish: 'MAX_TOKENS',
    streamError: { code: 'UNAVAILABLE', message: 'The engine is overloaded' },
    refusal: { httpStatus: 400, code: 'INVALID_ARGUMENT' },
  },
];

const awsRefusal = {
  httpStatus: 403,
  headers: { 'x-amzn-errortype': 'UnrecognizedClientException:http://internal.amazon.com/coral/' },
  code: 'UnrecognizedClientException',
};
const sagemakerCase: DialectCase = {
  name: 'sagemaker',
  target: { protocol: 'sagemaker', baseUrl: 'https://runtime.sagemaker.us-east-1.amazonaws.com' },
  key: awsKey,
  fixtures: { folder: 'sagemaker', extension: 'bin' },
  url: 'https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/m/invocations-response-stream',
  sameUrls: ['https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/x/invocations'],
  headers: {},
  sampling: { temperature: 0 },
  body: chatBody,
  answer: { ...words, usage: allUsage, finishReason: 'stop' },
  emptyFinish: 'stop',
  streamError: { code: 'ModelStreamError', message: 'The engine is overloaded' },
  refusal: awsRefusal,
};
const awsCases: DialectCase[] = [
  {
    name: 'bedrock-converse',
    target: { protocol: 'bedrock-converse', baseUrl: 'https://bedrock-runtime.us-east-1.amazonaws.com' },
    key: awsKey,
    fixtures: { folder: 'bedrock-converse', extension: 'bin' },
    url: 'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse-stream',
    sameUrls: ['https://bedrock-runtime.us-east-1.amazonaws.com/model/x%3A0/converse'],
    headers: {},
    sampling: { inferenceConfig: { temperature: 0 } },
    body: {
      system: [{ text: system }],
      messages: turns.map(({ role, content }) => ({ role, content: [{ text: content }] })),
      inferenceConfig: { temperature: 0, maxTokens: limit },
    },
    answer: { ...words, usage: { ...allUsage, reasoningTokens: null }, finishReason: 'end_turn' },
    emptyFinish: 'end_turn',
    streamError: { code: 'modelStreamErrorException', message: 'The engine is overloaded' },
    refusal: awsRefusal,
  },
  sagemakerCase,
  {
    ...sagemakerCase,
    name: 'sagemaker with a TGI container',
    target: { ...sagemakerCase.target, payload: 'tgi' },
    fixtures: { folder: 'sagemaker', extension: 'bin', answer: 'json-lines' },
    sampling: { parameters: { top_p: 0.9 } },
    body: tgiBody,
    answer: {
      ...words,
      reasoning: null,
      toolCallArguments: null,
      usage: { ...noUsage, outputTokens: 12 },
      finishReason: 'length',
    },
  },
];

export const dialectCases: readonly DialectCase[] = [...openaiCases, ...otherCases, ...awsCases];
