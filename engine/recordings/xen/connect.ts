import type { XenPorts } from "../../devices/xen-net/index.ts";
import type { Trace } from "../../trace/store.ts";
import { compareXen, sidesOf } from "./compare.ts";
import { engineTokens } from "./engine-tokens.ts";
import type { XenLine } from "./line.ts";
import { tokensOf } from "./recorded.ts";
import { isVifPort } from "./token.ts";
import type { XenCompared, XenPhaseReport } from "./verify.ts";

/** Hypercalls by which rings and event channels are connected. */
const CONNECT =
  /^(event_channel_op\.(alloc_unbound|bind_interdomain|bind_vcpu|unmask|send)|grant_table_op\.map_grant_ref)$/;

/** Words of the one rule that leaves lines of `init` out. */
const OTHERS =
  "all but the connection's hypercalls: module, store, console, timers; rings were not watched";

/**
 * Compares how front and back end connect: the hypercalls of both domains, in order.
 * @param lines All of `init`.
 */
export function compareConnect(
  lines: readonly XenLine[],
  trace: Trace,
  ports: XenPorts,
): XenCompared {
  const kept = lines.filter((line) => isConnect(line, ports));
  const recorded = kept.flatMap((line) => tokensOf(line));
  const engine = engineTokens(trace, ports).filter(
    ({ aspect, key }) => aspect === "hypercalls" && CONNECT.test(key.split(" ")[2] ?? ""),
  );
  const compared = compareXen(recorded, engine);
  const { aspects, firstDivergence } = compared;
  const others = lines.filter((line) => !kept.includes(line));
  const report: XenPhaseReport = {
    phase: "init",
    packets: 0,
    aspects: { hypercalls: aspects.hypercalls },
    firstDivergence,
    points: {},
    leftOut: { [OTHERS]: others.length },
  };
  const leftOut = new Map(others.map(({ line }) => [line, OTHERS]));
  return { ...sidesOf(compared), lines, leftOut, report };
}

function isConnect(line: XenLine, ports: XenPorts): boolean {
  if (line.op !== "hypercall" || !CONNECT.test(line.name)) return false;
  if (line.name !== "event_channel_op.send") return true;
  return isVifPort(ports, line.who, Number(line.argument));
}
