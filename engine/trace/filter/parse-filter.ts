import {
  FILTER_FIELDS,
  type FieldName,
  findField,
  isNumberField,
  isWordField,
  type WordField,
} from "./filter-field.ts";
import { type FilterToken, filterTokens, operatorOf } from "./filter-token.ts";
import type { FilterTree } from "./filter-tree.ts";
import { ACTOR_WORDS, KIND_WORDS, RESOURCE_WORDS } from "./filter-word.ts";
import { FilterProblemError, type FilterProblem, problemAt } from "./filter-problem.ts";
import { COST_WORD, isNumberText, readNumber, readNumberValue } from "./filter-value.ts";
import { nearestWord } from "./suggestion.ts";

/** A filter that was understood, or what is wrong with it. */
export type ParsedFilter =
  | { readonly tree: FilterTree; readonly problem?: undefined }
  | { readonly tree?: undefined; readonly problem: FilterProblem };

/** Words that join or turn conditions. */
export const FILTER_KEYWORDS: readonly string[] = ["and", "or", "not"];
const DEPTH_MAX = 100;

/** Reads a filter; an empty one wants all rows. */
export function parseFilter(text: string): ParsedFilter {
  try {
    return { tree: new FilterParser(filterTokens(text)).parse() };
  } catch (error) {
    if (error instanceof FilterProblemError) return { problem: error.problem };
    throw error;
  }
}

/** Recursive descent: or above and above not. */
class FilterParser {
  readonly #tokens: readonly FilterToken[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly FilterToken[]) {
    this.#tokens = tokens;
  }

  parse(): FilterTree {
    if (this.#ended()) return { type: "all" };
    const tree = this.#or();
    if (!this.#ended()) {
      throw problemAt(this.#token, "the end, or an opening parenthesis before it");
    }
    return tree;
  }

  get #token(): FilterToken {
    return this.#tokens[this.#at] as FilterToken;
  }

  #ended(): boolean {
    return this.#token.type === "end";
  }

  #next(): FilterToken {
    const token = this.#token;
    if (!this.#ended()) this.#at++;
    return token;
  }

  #keyword(word: string): boolean {
    const { type, text } = this.#token;
    return type === "word" && text.toLowerCase() === word;
  }

  #or(): FilterTree {
    const parts = [this.#and()];
    while (this.#keyword("or") || this.#token.type === ",") {
      this.#next();
      parts.push(this.#and());
    }
    return joined("or", parts);
  }

  #and(): FilterTree {
    const parts = [this.#not()];
    for (;;) {
      const { type } = this.#token;
      if (this.#keyword("and")) this.#next();
      else if (type === "end" || type === ")" || type === "," || this.#keyword("or")) break;
      parts.push(this.#not());
    }
    return joined("and", parts);
  }

  #not(): FilterTree {
    if (!this.#keyword("not")) return this.#condition();
    const token = this.#next();
    return this.#deeper(token, () => ({ type: "not", of: this.#not() }));
  }

  #deeper(token: FilterToken, read: () => FilterTree): FilterTree {
    if (++this.#depth > DEPTH_MAX) throw problemAt(token, `at most ${DEPTH_MAX} levels`);
    const tree = read();
    this.#depth--;
    return tree;
  }

  #condition(): FilterTree {
    const token = this.#next();
    if (token.type === "(") {
      return this.#deeper(token, () => {
        const tree = this.#or();
        if (this.#token.type !== ")") throw problemAt(this.#token, "a closing parenthesis");
        this.#next();
        return tree;
      });
    }
    if (token.type === "quoted") return { type: "text", text: token.text };
    if (token.type !== "word" || FILTER_KEYWORDS.includes(token.text.toLowerCase())) {
      throw problemAt(token, "a word, a field or a parenthesis");
    }
    if (this.#token.type === "operator") return this.#field(token);
    return bareWord(token);
  }

  #field(token: FilterToken): FilterTree {
    const field = findField(token.text);
    if (field === undefined) {
      throw problemAt(
        token,
        "the name of a field",
        nearestWord(token.text, Object.keys(FILTER_FIELDS)),
      );
    }
    const operator = this.#next();
    const values = [this.#value(field, operator)];
    // A comma that touches the value and has no field behind it goes on with this one's values.
    while (this.#continues()) {
      this.#next();
      values.push(this.#value(field, operator));
    }
    const list = joined("or", values);
    const isNone = operator.text === "!=" && list.type === "or";
    return isNone ? joined("and", values) : list;
  }

  #continues(): boolean {
    const [before, comma, value, after] = [-1, 0, 1, 2].map((by) => this.#tokens[this.#at + by]);
    if (comma?.type !== "," || comma.from !== before?.to || comma.to !== value?.from) return false;
    const isValue = value.type === "word" || value.type === "quoted";
    const isField = after?.type === "operator" && findField(value.text) !== undefined;
    return isValue && !isField;
  }

  #value(field: FieldName, operator: FilterToken): FilterTree {
    const token = this.#next();
    if (token.type !== "word" && token.type !== "quoted") {
      throw problemAt(token, `a value of ${field}, as in ${FILTER_FIELDS[field].example}`);
    }
    if (isNumberField(field)) return readNumberValue(field, operatorOf(operator), token);
    if (operator.text !== "=" && operator.text !== "!=") {
      throw problemAt(operator, `: or = after ${field}, which is no number`);
    }
    const tree = field === "reg" ? this.#register(token) : wordValue(field, token);
    return operator.text === "!=" ? { type: "not", of: tree } : tree;
  }

  #register({ text: name }: FilterToken): FilterTree {
    if (this.#token.type !== "operator") return { type: "register", name, value: undefined };
    const operator = operatorOf(this.#next());
    const token = this.#next();
    return { type: "register", name, value: { operator, than: readNumber(token, "reg") } };
  }
}

function joined(type: "and" | "or", parts: readonly FilterTree[]): FilterTree {
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { type, of: parts };
}

function bareWord(token: FilterToken): FilterTree {
  const word = token.text.toLowerCase();
  if (KIND_WORDS.has(word)) return { type: "kind", word };
  if (!isNumberText(word)) return { type: "text", text: token.text };
  throw problemAt(token, "a field before a number, as in packet:3 or row:100");
}

function wordValue(field: Exclude<FieldName, "reg">, token: FilterToken): FilterTree {
  if (field === "name" || field === "function") return { type: "name", field, text: token.text };
  const word = token.text.toLowerCase();
  if (field === "kind") {
    if (KIND_WORDS.has(word)) return { type: "kind", word };
    throw problemAt(token, "a kind of row", nearestWord(word, KIND_WORDS.keys()));
  }
  if (!isWordField(field)) throw problemAt(token, `a value of ${field}`);
  if (field === "cost") return { type: "word", field, word: checkedCost(token) };
  const known = wordsOf(field);
  if (known.has(word)) return { type: "word", field, word };
  throw problemAt(token, EXPECTED[field], nearestWord(word, known.keys()));
}

const EXPECTED: Readonly<Record<WordField, string>> = {
  actor: "an actor: guest, kvm, qemu, host, nic or wire",
  resource: "a resource, such as vcpu",
  cost: "the name of a price",
};

function wordsOf(field: WordField): ReadonlyMap<string, readonly number[]> {
  return field === "actor" ? ACTOR_WORDS : RESOURCE_WORDS;
}

function checkedCost(token: FilterToken): string {
  if (COST_WORD.test(token.text)) return token.text;
  throw problemAt(token, EXPECTED.cost);
}
