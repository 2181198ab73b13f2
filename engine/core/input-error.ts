/**
 * The reader's mistake: a file, an option or a knob that cannot be used. The message is one
 * sentence on one line that names the file or field, what was found and what was expected.
 */
export class InputError extends RangeError {
  override readonly name = "InputError";

  /**
   * Line breaks and control characters, which a file name can hold, become spaces: one error stays
   * one line.
   */
  constructor(message: string) {
    super(message.replace(/[\p{Cc}\u2028\u2029]+/gu, " "));
  }
}
