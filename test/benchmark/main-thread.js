/** What a trace must hold to be read here. */
export const TRACE_CATEGORIES = [
  "-*",
  "toplevel",
  "devtools.timeline",
  "disabled-by-default-devtools.timeline",
  "blink.user_timing",
];

const INPUTS = new Set(["wheel", "pointermove", "mousemove", "keydown"]);

/**
 * The page's main thread in a trace of the browser: its tasks, one after the other, each with what
 * happened in it. `ms` is by the clock and `cpuMs` what the thread itself was at work, so that a busy
 * machine can be told from a slow page.
 */
export function mainThreadTasks(traceBytes) {
  const { traceEvents } = JSON.parse(traceBytes.toString());
  const marks = traceEvents.filter(({ cat }) => cat === "blink.user_timing");
  const frames = traceEvents.filter(({ name }) => name === "FireAnimationFrame");
  const known = marks[0] ?? frames[0];
  const own = traceEvents.filter(({ pid, tid }) => pid === known?.pid && tid === known.tid);
  const tasks = own
    .filter(({ name, ph }) => ph === "X" && name === "RunTask")
    .map(({ ts, dur = 0, tdur = 0 }) => ({ ts, end: ts + dur, ms: dur / 1000, cpuMs: tdur / 1000 }))
    .toSorted((one, other) => one.ts - other.ts)
    .map((task) => ({ ...task, isFrame: false, hasInput: false, marks: [] }));
  for (const { ts, name, args, cat } of own) {
    const isInput = name === "EventDispatch" && INPUTS.has(args?.data?.type);
    const isMark = cat === "blink.user_timing";
    if (!isInput && !isMark && name !== "FireAnimationFrame") continue;
    const task = taskAt(tasks, ts);
    if (task === undefined) continue;
    if (isInput) task.hasInput = true;
    else if (isMark) task.marks.push(name);
    else task.isFrame = true;
  }
  return tasks;
}

function taskAt(tasks, ts) {
  let low = 0;
  let high = tasks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tasks[middle].ts <= ts) low = middle + 1;
    else high = middle;
  }
  const task = tasks[low - 1];
  return task !== undefined && ts <= task.end ? task : undefined;
}

/** Frames that answer an input: all work of the main thread from the end of the last frame on. */
export function inputFrames(tasks) {
  const frames = [];
  let frame = { ms: 0, cpuMs: 0, hasInput: false };
  for (const { ms, cpuMs, isFrame, hasInput } of tasks) {
    frame = {
      ms: frame.ms + ms,
      cpuMs: frame.cpuMs + cpuMs,
      hasInput: frame.hasInput || hasInput,
    };
    if (!isFrame) continue;
    if (frame.hasInput) frames.push(frame);
    frame = { ms: 0, cpuMs: 0, hasInput: false };
  }
  return frames;
}

/** The thread's own work for each answer between two marks of the meter, in milliseconds. */
export function answersCpuMs(tasks) {
  const answers = [];
  let cpuMs;
  for (const task of tasks) {
    if (task.marks.includes("answer-begin")) cpuMs = 0;
    // The task of the last mark is the meter's own.
    if (task.marks.includes("answer-end")) {
      if (cpuMs !== undefined) answers.push(cpuMs);
      cpuMs = undefined;
    }
    if (cpuMs !== undefined) cpuMs += task.cpuMs;
  }
  return answers;
}
