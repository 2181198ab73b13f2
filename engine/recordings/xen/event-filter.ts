import type { LeftOutLines } from "./left-out.ts";
import type { AccessLine, Who, XenLine } from "./line.ts";
import { isVifPort, peerOf, portOfAccess, type VifPorts } from "./token.ts";

/** Functions that look at evtchn_upcall_pending for an upcall's sake; others do at every exit. */
const UPCALL_FUNCTIONS = new Set(["xen_evtchn_do_upcall", "vcpu_mark_events_pending"]);

/**
 * Takes out of a recorded stretch what concerns other events than the vif's: Xen's queueing of
 * them, and their turn in an upcall; an upcall without any vif event goes as a whole.
 */
export function withoutOtherEvents(
  lines: readonly XenLine[],
  ports: VifPorts,
  leftOut: LeftOutLines,
): XenLine[] {
  const shown = lines.filter((line) => line.op !== "other" && isOfUpcall(line, leftOut));
  const own = withoutPageFaults(shown, leftOut);
  const queued = withoutOtherQueueing(own, ports, leftOut);
  return withoutOtherTurns(queued, ports, leftOut);
}

function isOfUpcall(line: XenLine, leftOut: LeftOutLines): boolean {
  if (line.op !== "access" || !line.block.endsWith("vcpu info")) return true;
  if (UPCALL_FUNCTIONS.has(line.by)) return true;
  leftOut.add("flags", [line]);
  return false;
}

/** An application's first touch of a page: the fault, the page-table updates, the way back. */
function withoutPageFaults(lines: readonly XenLine[], leftOut: LeftOutLines): XenLine[] {
  const faulting = new Set<Who>();
  return lines.filter((line) => {
    if (line.op === "exception" && /^#PF \w+ injected/.test(line.name)) faulting.add(line.who);
    if (!("who" in line) || !faulting.has(line.who)) return true;
    leftOut.add("pageFaults", [line]);
    if (line.op === "hypercall" && line.name.startsWith("iret.")) faulting.delete(line.who);
    return false;
  });
}

/** Xen's side: of event words only those that the last `send` of a vif port concerns. */
export function withoutOtherQueueing(
  lines: readonly XenLine[],
  ports: VifPorts,
  leftOut: LeftOutLines,
): XenLine[] {
  let current = -1;
  return lines.filter((line) => {
    if (line.op === "hypercall" && line.name === "event_channel_op.send") {
      current = peerOf(ports, line.who, Number(line.argument));
    }
    if (line.op !== "access" || line.who !== "xen" || !/ event | vcpu /.test(line.block))
      return true;
    const port = portOfAccess(line.block, line.offset);
    // A write to another word: that event is queued now, with head, ready bit and flag.
    if (port >= 0 && port !== current && line.write) current = -1;
    const kept = current >= 0 && (port < 0 || port === current);
    if (!kept) leftOut.add("otherSend", [line]);
    return kept;
  });
}

interface Turn {
  readonly from: number;
  to: number;
  port: number;
}

function withoutOtherTurns(
  lines: readonly XenLine[],
  ports: VifPorts,
  leftOut: LeftOutLines,
): XenLine[] {
  const dropped = new Uint8Array(lines.length);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as XenLine;
    if (line.op !== "upcall" || dropped[at] === 1) continue;
    const end = endOfUpcall(lines, at);
    const turns = turnsOf(lines, at, end, line.who);
    const others = turns.filter((turn) => !isVifPort(ports, line.who, turn.port));
    if (others.length === turns.length) {
      const before = lines[at - 1];
      const forced = before?.op === "hypercall" && before.name === "xen_version";
      dropped.fill(1, forced ? at - 1 : at, end + 1);
    } else for (const { from, to } of others) dropped.fill(1, from, to);
  }
  leftOut.add(
    "otherEvents",
    lines.filter((_, at) => dropped[at] === 1),
  );
  return lines.filter((_, at) => dropped[at] === 0);
}

/** The `iret` that ends the upcall at `at`. */
function endOfUpcall(lines: readonly XenLine[], at: number): number {
  const { who } = lines[at] as XenLine & { who: Who };
  for (let i = at + 1, depth = 1; i < lines.length; i++) {
    const line = lines[i] as XenLine;
    if (!("who" in line) || line.who !== who) continue;
    if (line.op === "upcall") depth++;
    if (line.op === "hypercall" && line.name.startsWith("iret.") && --depth === 0) return i;
  }
  return lines.length - 1;
}

/** Events that an upcall handles, one after another; each ends with a look at the ready bits. */
function turnsOf(lines: readonly XenLine[], at: number, end: number, who: Who): Turn[] {
  const turns: Turn[] = [];
  let open: Turn | undefined;
  let readySeen = false;
  for (let i = at + 1; i <= end; i++) {
    const line = lines[i] as XenLine;
    if (line.op !== "access" || line.who !== who || !line.block.includes(" event ")) continue;
    if (isReady(line)) {
      if (!line.write) continue;
      if (open !== undefined) open.to = i + 1;
      open = undefined;
      readySeen = true;
    } else if (readySeen) {
      open ??= startTurn(turns, i);
      if (open.port < 0) open.port = portOfAccess(line.block, line.offset);
    }
  }
  return turns.filter((turn) => turn.to > turn.from);
}

function startTurn(turns: Turn[], from: number): Turn {
  const turn = { from, to: from, port: -1 };
  turns.push(turn);
  return turn;
}

function isReady(line: AccessLine): boolean {
  return line.block.endsWith("event control") && line.offset === 0;
}
