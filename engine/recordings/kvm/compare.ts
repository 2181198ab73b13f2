import { commonPrefix, matchedCount } from "../align.ts";
import type { Divergence, Match } from "../compare.ts";
import { KVM_ASPECTS, STREAMS, type KvmAspect, type Stream, type Token } from "./token.ts";

/** The result of laying both sides of a phase beside each other. */
export interface KvmComparison {
  readonly aspects: Readonly<Record<KvmAspect, Match>>;
  readonly firstDivergence: Divergence | null;
}

const CONTEXT_BEFORE = 4;
const CONTEXT_LINES = 10;

/** Compares a phase: each thread in its own order, and each aspect for the count. */
export function compareTokens(recorded: readonly Token[], engine: readonly Token[]): KvmComparison {
  const aspects = {} as Record<KvmAspect, Match>;
  for (const aspect of KVM_ASPECTS) {
    let matched = 0;
    let total = 0;
    for (const stream of STREAMS) {
      const theirs = keys(recorded, aspect, stream);
      matched += matchedCount(theirs, keys(engine, aspect, stream));
      total += theirs.length;
    }
    aspects[aspect] = { matched, total };
  }
  let firstDivergence: Divergence | null = null;
  for (const stream of STREAMS) firstDivergence ??= divergence(recorded, engine, stream);
  return { aspects, firstDivergence };
}

/** Tokens of a thread's last step that may lie behind the end of a recording. */
const LAST_STEP_TOKENS = 2;
/** Tokens of the vCPU that such a step may be followed by: it runs beside another thread. */
const LAST_VCPU_TOKENS = 4;

/**
 * A recording ends with what the vCPU does; another thread may be within its last step then. What
 * the engine's thread still did in that step is no part of the recording.
 */
export function endWithRecording(recorded: readonly Token[], engine: readonly Token[]): Token[] {
  const ended = new Set<Token>();
  const vcpu = engine.filter((token) => token.stream === "vcpu").slice(-LAST_VCPU_TOKENS);
  const lastSteps = vcpu.length < LAST_VCPU_TOKENS ? 0 : engine.indexOf(vcpu[0] as Token);
  for (const stream of STREAMS) {
    if (stream === "vcpu") continue;
    const theirs = recorded.filter((token) => token.stream === stream);
    const ours = engine.filter((token) => token.stream === stream);
    const extra = ours.slice(theirs.length);
    if (theirs.length === 0 || extra.length > LAST_STEP_TOKENS) continue;
    if (extra.some((token) => engine.indexOf(token) < lastSteps)) continue;
    if (theirs.every((token, at) => token.key === ours[at]?.key)) {
      for (const token of extra) ended.add(token);
    }
  }
  return engine.filter((token) => !ended.has(token));
}

function keys(tokens: readonly Token[], aspect: KvmAspect, stream: Stream): string[] {
  return tokens
    .filter((token) => token.aspect === aspect && token.stream === stream)
    .map((token) => token.key);
}

function divergence(
  recorded: readonly Token[],
  engine: readonly Token[],
  stream: Stream,
): Divergence | null {
  const theirs = recorded.filter((token) => token.stream === stream);
  const ours = engine.filter((token) => token.stream === stream);
  const at = commonPrefix(
    theirs.map((token) => token.key),
    ours.map((token) => token.key),
  );
  if (at === theirs.length && at === ours.length) return null;
  const token = (theirs[at] ?? ours[at]) as Token;
  return {
    aspect: token.aspect,
    line: theirs[at]?.origin ?? 0,
    recorded: excerpt(theirs, at, "line"),
    engine: excerpt(ours, at, "row"),
  };
}

function excerpt(tokens: readonly Token[], at: number, unit: string): string[] {
  const first = Math.max(0, at - CONTEXT_BEFORE);
  const lines = tokens.slice(first, first + CONTEXT_LINES).map((token, i) => {
    const mark = first + i === at ? ">" : " ";
    return `${mark} ${unit} ${token.origin}: ${token.key}`;
  });
  if (at >= tokens.length && lines.length < CONTEXT_LINES) lines.push("> (nothing more)");
  return lines;
}
