/**
 * The vocabulary of the reference server: each word, with the blank before it, is one token of the Llama 2 tokenizer and
 * of the tokenizer that the tools are given, so that all who count tokens count the same.
 */
export const answerWords: readonly string[] =
  'the of and to in is for on that with as by from at his he this are it was or be which have an not you we they her all one'.split(
    ' ',
  );
