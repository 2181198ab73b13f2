import { RESOURCES, type ResourceName } from "../core/resource.ts";
import type { LoadResult } from "../load/load-result.ts";

/**
 * How busy something is that guests share. Several guests are not simulated side by side. One is,
 * with everything to itself, and what all of them would keep busy follows: work of the host's CPUs
 * (device models' threads, vhost workers, dom0, polling cores, interrupts) is N times as much over
 * the cores given for it, and NIC, PCIe link and wire are N times as busy. A guest's own CPUs and
 * its own threads are not shared: what limits one guest alone limits each. Work that guests could do
 * together (one poll for two rings, one interrupt of the NIC) is not saved in this account.
 */
export interface SharedUse {
  /** A part of the NIC or the wire, or all of the host's CPUs together. */
  readonly name: SharedName;
  readonly label: string;
  /** By all guests, of all servers; above 1 it cannot be. */
  readonly utilisation: number;
  /** By one guest alone. */
  readonly ownUtilisation: number;
  /** How many of it there are. */
  readonly servers: number;
}

/** What guests share: the host's cores, or a resource that is no CPU. */
export type SharedName = "hostCores" | Exclude<ResourceName, CpuName>;
/** The resources that are CPUs. */
export type CpuName = {
  [N in ResourceName]: (typeof RESOURCES)[N]["cpu"] extends true ? N : never;
}[ResourceName];

/** The label of whatever limits, shared or not. */
export function limitLabel(name: ResourceName | SharedName): string {
  return name === "hostCores" ? "Host cores" : RESOURCES[name].label;
}

/** How busy `vms` guests keep what they share, when each does what this result says; busiest first. */
export function sharedUse(result: LoadResult, vms: number, hostCores: number): SharedUse[] {
  const shared = result.resources
    .filter(({ cpu }) => !cpu)
    .map(({ name, label, utilisation }) => useOf(name as SharedName, label, utilisation, vms, 1));
  const work = hostWork(result) / hostCores;
  shared.push(useOf("hostCores", limitLabel("hostCores"), work, vms, hostCores));
  return shared.sort((one, other) => other.utilisation - one.utilisation);
}

function useOf(
  name: SharedName,
  label: string,
  ownUtilisation: number,
  vms: number,
  servers: number,
): SharedUse {
  return { name, label, utilisation: ownUtilisation * vms, ownUtilisation, servers };
}

/** Cores of the host that one guest's packets keep at work, without polls that find nothing. */
function hostWork({ resources }: LoadResult): number {
  return resources
    .filter(({ name, cpu }) => cpu && name !== "vcpu")
    .reduce((sum, { utilisation }) => sum + utilisation, 0);
}

/** Cores in use by all guests. */
export interface CoresUsed {
  /** The guests' own: a vCPU that polls counts as a whole one. */
  readonly guest: number;
  /** The host's: cores that poll count as whole ones. */
  readonly host: number;
}

/**
 * Cores that `vms` guests keep busy, when each does what this result says; of the host's no more
 * than `hostCores`.
 */
export function coresUsed(
  { polled, resources }: LoadResult,
  vms: number,
  hostCores: number,
): CoresUsed {
  let guest = 0;
  let host = 0;
  for (const name of polled) if (name === "vcpu") guest += vms;
  for (const { name, cpu, utilisation } of resources) {
    if (!cpu) continue;
    const polls = polled.includes(name);
    if (name === "vcpu") guest += polls ? 0 : utilisation * vms;
    // A polling core serves several guests' rings in turn, until it is full.
    else host += polls ? Math.max(1, Math.ceil(utilisation * vms - 1e-9)) : utilisation * vms;
  }
  const idle = polled.filter(
    (name) => name !== "vcpu" && !resources.some((one) => one.name === name),
  );
  return { guest, host: Math.min(hostCores, host + idle.length) };
}

/** Microseconds that a packet waits in addition because guests share: at the median and the 99th percentile. */
export interface SharedWait {
  readonly p50: number;
  readonly p99: number;
}

/** An exponential time's 99th percentile, in means. */
const P99_OF_EXPONENTIAL = Math.log(100);

/**
 * How much longer packets wait for what several guests share: the mean wait of an M/M/c queue in
 * Sakasegawa's approximation (1977), service × ρ^(√(2(c+1)) − 1) / (c × (1 − ρ)), with all guests'
 * load less that with one's own. Waits are taken as exponential. Undefined where the load is more
 * than there is of it: queues grow without end.
 */
export function sharedWait(
  result: LoadResult,
  shared: readonly SharedUse[],
): SharedWait | undefined {
  const rate = result.deliveredPacketsPerSecond;
  let mean = 0;
  for (const { ownUtilisation, servers, utilisation } of shared) {
    if (utilisation >= 1) return undefined;
    const service = rate > 0 ? (ownUtilisation * servers * 1e6) / rate : 0;
    mean += service * (waitShare(utilisation, servers) - waitShare(ownUtilisation, servers));
  }
  return { p50: mean * Math.LN2, p99: mean * P99_OF_EXPONENTIAL };
}

function waitShare(load: number, servers: number): number {
  if (load <= 0) return 0;
  return load ** (Math.sqrt(2 * (servers + 1)) - 1) / (servers * (1 - load));
}
