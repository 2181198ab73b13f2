import { InputError } from "../../core/input-error.ts";

/** A constant in the source, and whether it contains a label: its size may not depend on its value. */
export interface Constant {
  readonly value: bigint;
  readonly isAddress: boolean;
}

/** Gives the value of a name; undefined when it is not known. */
export type Lookup = (name: string) => Constant | undefined;

const TOKEN = /\s*(?:(0x[0-9a-f_]+|0b[01_]+|\d[\d_]*)|([.\w$]+)|'(.)'|(<<|>>|[-+*|&~()]))/iy;

/**
 * Evaluates a constant expression: numbers, 'c', names, `$` (the current address) and the
 * operators `- ~` (unary) `* << >> + - & |`, from the strongest.
 * @throws InputError when it is none.
 */
export function evaluate(text: string, lookup: Lookup): Constant {
  const parser = new Parser(text, lookup);
  const result = parser.expression(0);
  parser.expectEnd();
  return result;
}

const PRECEDENCE: Readonly<Record<string, number>> = {
  "|": 1,
  "&": 2,
  "<<": 3,
  ">>": 3,
  "+": 4,
  "-": 4,
  "*": 5,
};

class Parser {
  readonly #tokens: string[] = [];
  readonly #text: string;
  readonly #lookup: Lookup;
  #at = 0;

  constructor(text: string, lookup: Lookup) {
    this.#text = text;
    this.#lookup = lookup;
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.trimEnd().length) {
      const match = TOKEN.exec(text);
      if (match === null) throw this.#error();
      this.#tokens.push(match[0].trim());
    }
  }

  expression(least: number): Constant {
    let left = this.#unary();
    for (;;) {
      const operator = this.#tokens[this.#at] ?? "";
      const strength = PRECEDENCE[operator];
      if (strength === undefined || strength < least) return left;
      this.#at++;
      const right = this.expression(strength + 1);
      left = {
        value: combine(operator, left.value, right.value),
        isAddress: left.isAddress || right.isAddress,
      };
    }
  }

  expectEnd(): void {
    if (this.#at < this.#tokens.length) throw this.#error();
  }

  #unary(): Constant {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw this.#error();
    if (token === "-" || token === "~") {
      const { value, isAddress } = this.#unary();
      return { value: token === "-" ? -value : ~value, isAddress };
    }
    if (token === "(") {
      const inner = this.expression(0);
      if (this.#tokens[this.#at++] !== ")") throw this.#error();
      return inner;
    }
    if (token.startsWith("'")) return { value: BigInt(token.charCodeAt(1)), isAddress: false };
    if (/^\d/.test(token)) return { value: BigInt(token.replaceAll("_", "")), isAddress: false };
    const found = this.#lookup(token);
    if (found === undefined) throw new InputError(`${token} is not defined`);
    return found;
  }

  #error(): InputError {
    return new InputError(`"${this.#text.trim()}" is not a constant expression`);
  }
}

function combine(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case "|":
      return a | b;
    case "&":
      return a & b;
    case "<<":
      return a << b;
    case ">>":
      return a >> b;
    case "+":
      return a + b;
    case "-":
      return a - b;
    default:
      return a * b;
  }
}
