/** A sentence of a lesson that asserts something which the page itself can check. */
export interface Claim<Inputs> {
  readonly statement: string;
  readonly holds: (inputs: Inputs) => boolean;
}

/** A claim as the reader sees it, with its verdict on what the page has just computed. */
export function claim<Inputs>({ statement, holds }: Claim<Inputs>, inputs: Inputs): HTMLElement {
  const isTrue = holds(inputs);
  const line = document.createElement("p");
  line.className = isTrue ? "claim" : "claim failed";
  const verdict = document.createElement("strong");
  verdict.textContent = isTrue ? "checked" : "does not hold here";
  line.append(`${statement} `, verdict);
  return line;
}
