import { findMode } from "../../modes/index.ts";
import type { KnobValues } from "../../modes/knob.ts";
import type { PublishedPoint } from "../published-point.ts";
import type { Mapped, Measure, Setup } from "../setup.ts";
import { readCpu } from "./cpu-text.ts";
import { readMetric } from "./metric-text.ts";
import { readMode } from "./mode-text.ts";
import { OWN_MAPPINGS } from "./own-mappings.ts";
import { readFrameBytes } from "./packet-text.ts";
import { readThrottle } from "./throttle-text.ts";
import { readValue } from "./value-text.ts";
import { haltPollMicroseconds, hasMitigations, yearOf } from "./year-text.ts";

/** Nanoseconds of a byte on a link of 1 Gb/s, and of the smallest frame with preamble and gap. */
const GIGABIT_BYTE_NANOSECONDS = 8;
const SMALLEST_FRAME_BYTES = 84;

/** What only a NIC and a wire cost: nothing, where two guests share a host and its switch in software. */
const SAME_HOST: Readonly<Record<string, number>> = {
  wirePerByte: 0,
  wirePropagation: 0,
  nicPerFrame: 0,
  hostNicTransmit: 0,
  hostNicReceive: 0,
  dmaReadRoundTrip: 0,
  dmaReadPerByte: 0,
  dmaWriteLatency: 0,
  dmaWritePerByte: 0,
};

/** The scenario of a point, by its id if it is one of ours, else by its texts; or why there is none. */
export function mapPoint(point: PublishedPoint): Mapped {
  const own = OWN_MAPPINGS[point.id];
  if (own !== undefined && "excuse" in own) return own;
  const text = own?.mode ?? point.mode;
  const mode = readMode(own?.mode === undefined ? `${text}, ${point.metric}` : text);
  if ("excuse" in mode) return mode;
  const metric =
    own?.measure === undefined
      ? readMetric(point.metric, point.unit, `${point.mode} ${point.config}`)
      : { measure: own.measure };
  if ("excuse" in metric) return metric;
  if (readValue(point.value, point.unit) === undefined) {
    return { excuse: "Several values stand in one point, or its unit is none that is read." };
  }
  const setup = setupOf(point, mode.modeId, mode.knobs, metric.measure);
  if ("excuse" in setup) return setup;
  const measure = withOther(point, metric.measure, own?.over);
  const why = setup.stated ? "" : "; the CPU is not stated: a usual one of the year";
  const miss = own?.miss === undefined ? {} : { miss: own.miss };
  return { setup: setup.setup, measure, note: `${own?.note ?? mode.note}${why}.`, ...miss };
}

/** A ratio's other system, on the same CPU. */
function withOther(point: PublishedPoint, measure: Measure, over: string | undefined): Measure {
  if (over === undefined || !("other" in measure)) return measure;
  const mode = readMode(over);
  if ("excuse" in mode) return measure;
  const other = setupOf(point, mode.modeId, mode.knobs, measure);
  return "excuse" in other ? measure : { ...measure, other: other.setup };
}

function setupOf(
  point: PublishedPoint,
  modeId: string,
  named: KnobValues,
  measure: Measure,
): { readonly setup: Setup; readonly stated: boolean } | { readonly excuse: string } {
  const year = yearOf(point);
  const cpu = readCpu(point.config, year);
  if (cpu === undefined) {
    return { excuse: "The CPU is older than any profile, and nothing is known to inherit from." };
  }
  const { stated, ...ofCpu } = cpu;
  const text = `${point.mode} ${point.config}`;
  const polling =
    measure.kind === "packetRate" && /DPDK|testpmd|\bPMD\b|virtio-user|PVP/i.test(text);
  const knobs: Record<string, KnobValues[string]> = {
    haltPollMicroseconds: haltPollMicroseconds(point, year),
    throttleMicroseconds: readThrottle(point.config),
    ...(polling ? { driver: "pmd" } : {}),
    ...named,
  };
  const has = findMode(modeId).knobs;
  return {
    stated,
    setup: {
      modeId,
      knobs: Object.fromEntries(Object.entries(knobs).filter(([name]) => Object.hasOwn(has, name))),
      ...ofCpu,
      mitigations: hasMitigations(point, year),
      hostNic: { throttleMicroseconds: readThrottle(point.config) },
      overrides: isSameHost(text, modeId) ? SAME_HOST : linkPrices(text),
      frameBytes: readFrameBytes(point.packet),
    },
  };
}

/** Guests of one host that talk through a switch in software: a VF's frames go through its NIC. */
function isSameHost(text: string, modeId: string): boolean {
  return /same host|one host|on a host/i.test(text) && !/^(vf-|native)/.test(modeId);
}

/** Prices of a link that is not of 10 Gb/s. */
function linkPrices(text: string): Readonly<Record<string, number>> {
  const found = /\b(\d+)\s?(?:GbE|GE|Gb\/s Ethernet|G Ethernet)\b/i.exec(text);
  const speed = found === null ? (/\bGbE\b|gigabit/i.test(text) ? 1 : 10) : Number(found[1]);
  if (speed === 10 || speed === 0) return {};
  const perByte = GIGABIT_BYTE_NANOSECONDS / speed;
  return { wirePerByte: perByte, nicPerFrame: perByte * SMALLEST_FRAME_BYTES };
}
