export type SchemaObject = { [keyword: string]: unknown };
