/**
 * Runs in the page before its own scripts, and puts `meter` there: when the run was done, what was
 * scheduled, how far frames lie apart, and how long the views take to answer. It stands alone: the
 * browser gets its text.
 */
export function installMeter() {
  const VIEWS =
    "trapline-crossing, trapline-state, trapline-rings, trapline-inspector, trapline-events, trapline-timeline, trapline-ledger";
  const meter = { runAskedMs: 0, runDoneMs: 0, timers: 0, frames: 0 };
  const nativeFrame = globalThis.requestAnimationFrame.bind(globalThis);
  const NativeWorker = globalThis.Worker;

  globalThis.Worker = class extends NativeWorker {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", ({ data, timeStamp }) => {
        if (data?.kind === "progress" && data.done === data.all) meter.runDoneMs = timeStamp;
      });
    }
    postMessage(...args) {
      if (args[0]?.frames) meter.runAskedMs = performance.now();
      super.postMessage(...args);
    }
  };
  for (const name of ["setTimeout", "setInterval"]) {
    const native = globalThis[name].bind(globalThis);
    globalThis[name] = (...args) => {
      meter.timers++;
      return native(...args);
    };
  }
  globalThis.requestAnimationFrame = (callback) => {
    meter.frames++;
    return nativeFrame(callback);
  };

  /** When the frame that comes next has been painted, in milliseconds. */
  meter.painted = () =>
    new Promise((resolve) => {
      nativeFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          resolve(performance.now());
        };
        port2.postMessage(0);
      });
    });

  const elements = (root = document) =>
    [...root.querySelectorAll("*")].flatMap((element) => {
      const inside = element.shadowRoot ? elements(element.shadowRoot) : [];
      return element.localName.startsWith("trapline-") ? [element, ...inside] : inside;
    });

  /** Whether the timeline has read all rows and no view has something left to draw. */
  meter.isSharp = () => {
    const summary =
      document.querySelector("trapline-timeline")?.shadowRoot?.textContent ?? "reading";
    return !summary.includes("reading") && elements().every((element) => !element.isUpdatePending);
  };

  /** When everything is drawn sharply, in milliseconds. */
  meter.sharp = async () => {
    for (;;) {
      const at = await meter.painted();
      if (meter.runDoneMs > 0 && meter.isSharp()) return at;
    }
  };

  /** The row that all views show, undefined while they do not agree. */
  const shownRow = () => {
    const rows = [...document.querySelectorAll(VIEWS)].map(({ row }) => row);
    return new Set(rows).size === 1 ? rows[0] : undefined;
  };

  /** Makes ready for one input; `meter.answer` then is how long the views took to show another row. */
  meter.arm = (kind) => {
    const before = shownRow();
    meter.answer = new Promise((resolve) => {
      const heard = async ({ timeStamp }) => {
        performance.mark("answer-begin");
        for (let frames = 0; frames < 300; frames++) {
          const at = await meter.painted();
          const row = shownRow();
          if (row === undefined || row === before) continue;
          if (elements().some((element) => element.isUpdatePending)) continue;
          performance.mark("answer-end");
          resolve(at - timeStamp);
          return;
        }
        resolve(undefined);
      };
      window.addEventListener(kind, heard, { capture: true, once: true });
    });
  };

  /** Notes how far frames lie apart until `meter.stop()`, which gives the distances in milliseconds. */
  meter.watchFrames = () => {
    const gaps = [];
    let last = 0;
    let isOn = true;
    const next = (now) => {
      if (last > 0) gaps.push(now - last);
      last = now;
      if (isOn) nativeFrame(next);
    };
    nativeFrame(next);
    meter.stop = () => {
      isOn = false;
      return gaps;
    };
  };

  globalThis.meter = meter;
}
