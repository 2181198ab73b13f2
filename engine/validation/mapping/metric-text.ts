import type { LoadDirection } from "../../load/scenario.ts";
import type { Measure } from "../setup.ts";

/** What a text measures, or why the engine does not. */
export type NamedMetric = { readonly measure: Measure } | { readonly excuse: string };

const BULK =
  "Bulk TCP moves up to 64 KiB in one descriptor by segmentation offload; the engine's frames are of 1,514 bytes at most.";

/**
 * Reads what a point measures.
 * @param way Mode and configuration: whether both ends are guests, and which way packets go.
 */
export function readMetric(metric: string, unit: string, way: string): NamedMetric {
  const text = `${metric} ${unit}`;
  const sides = /two VMs|VM[- ]to[- ]VM|guest[- ]to[- ]guest|VM2VM|inter-?VM|DPDK raw packet/i.test(
    way,
  )
    ? 2
    : 1;
  if (/host to host/i.test(metric)) {
    return { excuse: "A network between two hosts, without guests, is not modelled." };
  }
  if (/exits? per/i.test(metric)) return { measure: { kind: "exitsPerRoundTrip" } };
  if (/order|ranking/i.test(metric)) {
    return { excuse: "An order, no number: it stands among the orders that are tested." };
  }
  if (/TCP_STREAM|TCP bulk|bulk TCP|segments|Gb\/s|Gbps|Mb\/s/i.test(text)) return { excuse: BULK };
  if (/CPU share|receiver CPU|% of a core|utili[sz]ation/i.test(text)) {
    return { excuse: "Shares of a CPU at a throughput of bulk TCP are not predicted." };
  }
  if (/exits\/s|exits per second/i.test(text)) {
    return { excuse: "Exits a second hang on a workload that is not stated." };
  }
  if (/interrupts?\/s|interrupt rate/i.test(text)) {
    return { excuse: "A limit in a device model that the engine does not have." };
  }
  if (/_RR\b|transactions/i.test(text)) {
    if (/us\b|µs|ms\b/.test(unit)) return { measure: { kind: "roundTrip", sides } };
    return { measure: { kind: "transactions", sides } };
  }
  if (/(added|extra|additional|overhead).*(latency|RTT|round)/i.test(metric)) {
    return { measure: { kind: "addedRoundTrip" } };
  }
  if (/ping|RTT|round.?trip|latency/i.test(metric)) {
    return { measure: { kind: "roundTrip", sides } };
  }
  if (/pps|packets\/s/i.test(unit)) {
    return { measure: { kind: "packetRate", direction: readDirection(`${metric} ${way}`) } };
  }
  return { excuse: `The metric is none that the engine reads off: ${metric}.` };
}

function readDirection(text: string): LoadDirection {
  if (/PVP|forward|PHY-.*-PHY|p->v->p|p2v2p|both ways|loopback/i.test(text)) return "forward";
  if (/\bRX\b|receiv|p->v\b|drop/i.test(text)) return "rx";
  return "tx";
}
