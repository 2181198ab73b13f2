/** A set of 256 interrupt vectors, kept as eight words of bits, in words. */
export class VectorWords {
  readonly #wordOf: (word: number) => number;
  readonly #last = new Int32Array(8);
  #text = "none";

  /** @param wordOf The vectors `32 * word` to `32 * word + 31` as bits. */
  constructor(wordOf: (word: number) => number) {
    this.#wordOf = wordOf;
  }

  /** The set as a reader sees it now: `0x26, 0x2a`, or `none`. */
  text(): string {
    let isSame = true;
    for (let word = 0; word < 8; word++) {
      const bits = this.#wordOf(word) | 0;
      if (bits === this.#last[word]) continue;
      this.#last[word] = bits;
      isSame = false;
    }
    if (!isSame) this.#text = textOf(this.#last);
    return this.#text;
  }
}

function textOf(words: Int32Array): string {
  let text = "";
  for (let vector = 0; vector < 256; vector++) {
    if ((((words[vector >> 5] as number) >>> (vector & 31)) & 1) === 0) continue;
    text += `${text === "" ? "" : ", "}0x${vector.toString(16).padStart(2, "0")}`;
  }
  return text === "" ? "none" : text;
}
