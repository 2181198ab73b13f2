import { commonPrefix, matchedCount } from "../align.ts";
import type { Divergence, Match } from "../compare.ts";
import { ADDRESS_SPACE, isClock, XEN_ASPECTS, type XenAspect, type XenToken } from "./token.ts";

const CONTEXT_BEFORE = 4;
const CONTEXT_LINES = 10;
/** Times that a kernel programs its timer at one place: the tick's end, then the next deadline. */
const CLOCK_MAX = 2;

/** An application's SSE instruction after another domain had the CPU; when it does so is its affair. */
const FPU_USE = / takes #NM user fixed, retried$/;

/** What both sides come to, and what was taken from the recording for it. */
export interface XenComparison {
  readonly aspects: Readonly<Record<XenAspect, Match>>;
  readonly firstDivergence: Divergence | null;
  /** Both sides as they were compared. */
  readonly recorded: readonly XenToken[];
  readonly engine: readonly XenToken[];
  /** Timer programmings at places where a kernel may do so. */
  readonly clockPoints: number;
  /** Address spaces that were or were not loaded, as whoever ran in between left them. */
  readonly addressSpacePoints: number;
  /** Task switches to and from threads that have no part in the packets. */
  readonly otherThreadPoints: number;
  /** First uses of the FPU by an application since another domain had the CPU. */
  readonly fpuPoints: number;
}

/** Both sides as they were compared. */
export function sidesOf({
  recorded,
  engine,
}: XenComparison): Pick<XenComparison, "recorded" | "engine"> {
  return { recorded, engine };
}

/** Both sides without what depends on clocks and on who ran in between. */
interface Settled {
  readonly recorded: XenToken[];
  readonly engine: XenToken[];
  clockPoints: number;
  addressSpacePoints: number;
  otherThreadPoints: number;
  fpuPoints: number;
}

/** Lays both sides of a phase beside each other, in one order. */
export function compareXen(
  recorded: readonly XenToken[],
  engine: readonly XenToken[],
): XenComparison {
  const settled = settle(recorded, engine);
  const aspects = {} as Record<XenAspect, Match>;
  for (const aspect of XEN_ASPECTS) {
    const theirs = keys(settled.recorded, aspect);
    aspects[aspect] = {
      matched: matchedCount(theirs, keys(settled.engine, aspect)),
      total: theirs.length,
    };
  }
  const { clockPoints, addressSpacePoints, otherThreadPoints, fpuPoints } = settled;
  const firstDivergence = divergence(settled.recorded, settled.engine);
  const points = { clockPoints, addressSpacePoints, otherThreadPoints, fpuPoints };
  return {
    aspects,
    firstDivergence,
    ...points,
    recorded: settled.recorded,
    engine: settled.engine,
  };
}

/**
 * Walks both sides: at a place where the engine says that a kernel may program its timer, up to
 * two programmings of the recording are taken; a new address space is taken or left at a task
 * switch as the recording has it; a task switch where the engine has none is another thread's turn;
 * an application may use its FPU at any time.
 * Everything else stays.
 */
function settle(recorded: readonly XenToken[], engine: readonly XenToken[]): Settled {
  const result: Settled = {
    recorded: [],
    engine: [],
    clockPoints: 0,
    addressSpacePoints: 0,
    otherThreadPoints: 0,
    fpuPoints: 0,
  };
  let at = 0;
  for (const token of engine) {
    if (isClock(token)) {
      for (let n = 0; n < CLOCK_MAX && recorded[at]?.key === token.key; n++, at++) {
        result.clockPoints++;
      }
      continue;
    }
    for (; FPU_USE.test(recorded[at]?.key ?? ""); at++) result.fpuPoints++;
    const foreign = otherThread(recorded, at, token);
    if (foreign > 0) result.otherThreadPoints++;
    at += foreign;
    const theirs = recorded[at];
    if (isAddressSpace(token) !== isAddressSpace(theirs) && sameAfter(recorded, at, token)) {
      result.addressSpacePoints++;
      if (isAddressSpace(token)) continue;
      at++;
    }
    if (recorded[at] !== undefined) result.recorded.push(recorded[at++] as XenToken);
    result.engine.push(token);
  }
  while (at < recorded.length) result.recorded.push(recorded[at++] as XenToken);
  return result;
}

/** Tokens of a whole task switch at `at` where the engine has something else; 0: there is none. */
function otherThread(recorded: readonly XenToken[], at: number, token: XenToken): number {
  const first = recorded[at]?.key ?? "";
  if (!first.endsWith(" takes #GP kernel emulated xen_do_read_msr") || first === token.key)
    return 0;
  const domain = first.split(" ")[0];
  let end = at + 1;
  if (isAddressSpace(recorded[end])) end++;
  if (recorded[end]?.key !== `${domain} makes set_segment_base.gs_user`) return 0;
  return recorded[end + 1]?.key === `${domain} makes stack_switch` ? end + 2 - at : 0;
}

function isAddressSpace(token: XenToken | undefined): boolean {
  return token?.key.endsWith(` ${ADDRESS_SPACE}`) === true;
}

/** Whether both sides agree when the one address space is left out. */
function sameAfter(recorded: readonly XenToken[], at: number, token: XenToken): boolean {
  const segment = / makes set_segment_base/;
  if (isAddressSpace(token)) return segment.test(recorded[at]?.key ?? "");
  return recorded[at + 1]?.key === token.key && segment.test(token.key);
}

function keys(tokens: readonly XenToken[], aspect: XenAspect): string[] {
  return tokens.filter((token) => token.aspect === aspect).map(({ key }) => key);
}

function divergence(recorded: readonly XenToken[], engine: readonly XenToken[]): Divergence | null {
  const at = commonPrefix(
    recorded.map(({ key }) => key),
    engine.map(({ key }) => key),
  );
  const token = recorded[at] ?? engine[at];
  if (token === undefined) return null;
  return {
    aspect: token.aspect,
    line: recorded[at]?.line ?? 0,
    recorded: excerpt(recorded, at),
    engine: excerpt(engine, at),
  };
}

function excerpt(tokens: readonly XenToken[], at: number): string[] {
  const first = Math.max(0, at - CONTEXT_BEFORE);
  const lines = tokens.slice(first, first + CONTEXT_LINES).map(({ key, line }, i) => {
    const place = line > 0 ? `line ${line}: ` : "";
    return `${first + i === at ? ">" : " "} ${place}${key}`;
  });
  if (at >= tokens.length && lines.length < CONTEXT_LINES) lines.push("> (nothing more)");
  return lines;
}
