import { type SecretKind, secretKinds } from '../../shared/secrets/secret-kinds.ts';

/** Returns the kind of secret that has exactly these names in its encryption context, or null if no kind has them. */
export function findSecretKind(names: readonly string[]): SecretKind | null {
  const wanted = names.toSorted().join();
  const kinds = Object.keys(secretKinds) as SecretKind[]; // the keys of the object
  return kinds.find((kind) => secretKinds[kind].toSorted().join() === wanted) ?? null;
}
