/** Thrown when the engine itself is wrong: a broken invariant, never a guest's or a reader's fault. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/**
 * Checks an invariant of the engine.
 * @param condition What must hold.
 * @param message What was expected, with the values.
 * @throws InvariantError when it does not hold.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
