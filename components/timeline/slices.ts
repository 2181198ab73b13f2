/** How long a slice of work may take before the page has its turn, in milliseconds. */
const SLICE_MS = 6;

/**
 * Does work in slices, each shorter than a frame, with the page's own tasks in between.
 * @returns A function that gives the work up.
 */
export function inSlices<Result>(
  work: Generator<undefined, Result>,
  done: (result: Result) => void,
): () => void {
  const { port1, port2 } = new MessageChannel();
  const close = () => {
    port1.close();
    port2.close();
  };
  port1.onmessage = () => {
    const until = performance.now() + SLICE_MS;
    do {
      const step = work.next();
      if (step.done === true) {
        close();
        done(step.value);
        return;
      }
    } while (performance.now() < until);
    port2.postMessage(0);
  };
  port2.postMessage(0);
  return close;
}

/** Does work at once. */
export function atOnce<Result>(work: Generator<undefined, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
