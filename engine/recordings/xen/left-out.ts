/** What is left out of the comparison, each with its reason; the report counts the lines. */
export const LEFT_OUT = {
  between:
    "between packets: timer ticks, console and the agent; no access to ring or grant there is left out",
  agent: "the agent's own work after its last packet: its reply over the console",
  otherEpisodes:
    "a domain's turn on the CPU without any event, ring or grant of the vif: timer, console",
  otherEvents: "an upcall's handling of other events than the vif's: timer, console, store",
  otherSend: "Xen queues another event than the vif's, or looks at such a one at a queue's end",
  pageFaults: "page faults of the agent, which touches a page for the first time",
  flags: "flags that Xen and the kernel look at on every entry and exit (pending with mask)",
} as const;
/** The name of a rule of {@link LEFT_OUT}. */
export type LeftOutRule = keyof typeof LEFT_OUT;

/** Which recorded lines each rule took. */
export class LeftOutLines {
  readonly #rules = new Map<number, LeftOutRule>();

  /** A rule takes some lines. */
  add(rule: LeftOutRule, lines: Iterable<{ readonly line: number }>): void {
    for (const { line } of lines) this.#rules.set(line, rule);
  }

  /** Counts by the rule's words. */
  toRecord(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const rule of this.#rules.values()) {
      counts[LEFT_OUT[rule]] = (counts[LEFT_OUT[rule]] ?? 0) + 1;
    }
    return counts;
  }

  /** The rule's words by line of the file. */
  byLine(): ReadonlyMap<number, string> {
    return new Map(Array.from(this.#rules, ([line, rule]) => [line, LEFT_OUT[rule]]));
  }
}
