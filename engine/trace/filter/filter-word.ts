import { RESOURCE_NAMES } from "../../core/resource.ts";
import { ACTORS } from "../actor.ts";
import { EVENTS, type EventName, KIND } from "../schema.ts";

/** Groups of kinds by the word for them. */
export const KIND_GROUPS = {
  exit: ["vmExit"],
  entry: ["vmEntry"],
  mmio: ["mmioRead", "mmioWrite"],
  port: ["pioRead", "pioWrite"],
  config: ["configRead", "configWrite"],
  access: ["mmioRead", "mmioWrite", "pioRead", "pioWrite", "configRead", "configWrite"],
  ring: ["ringLoad", "ringStore"],
  dma: ["dmaRead", "dmaWrite"],
  copy: ["copy"],
  interrupt: [
    "intxAssert",
    "intxDeassert",
    "msix",
    "interruptTaken",
    "lapicEoi",
    "ioapicEoi",
    "interruptInjected",
    "interruptPosted",
    "upcall",
  ],
  hypercall: ["hypercall"],
  callout: ["callout"],
  exception: ["exception"],
  crossing: ["vmExit", "vmEntry", "hypercall", "callout", "exception", "upcall", "userExit"],
  thread: ["wakeUp", "contextSwitch", "systemCall", "userExit"],
  code: ["instruction", "translation", "invalidation"],
  step: ["deviceStep"],
  signal: ["signal"],
  wire: ["wireTransmit", "wireReceive"],
  deliver: ["deliver"],
  headers: ["headersChanged"],
  lookup: ["tableLookup"],
  call: ["call"],
  drop: ["frameDropped"],
  error: ["guestError", "iommuFault"],
  mark: ["mark"],
} as const satisfies Readonly<Record<string, readonly EventName[]>>;

/** The kinds that a word stands for, by the word in small letters. */
export const KIND_WORDS: ReadonlyMap<string, readonly number[]> = new Map([
  ...Object.keys(EVENTS).map((name): [string, readonly number[]] => [
    name.toLowerCase(),
    [KIND[name as EventName]],
  ]),
  ...Object.entries(KIND_GROUPS).map(([word, names]): [string, readonly number[]] => [
    word,
    names.map((name) => KIND[name]),
  ]),
]);

/** The actors that a word stands for, by the word in small letters. */
export const ACTOR_WORDS: ReadonlyMap<string, readonly number[]> = new Map([
  ...Object.entries(ACTORS).map(([name, { code }]): [string, readonly number[]] => [
    name.toLowerCase(),
    [code],
  ]),
  ["guest", [ACTORS.guestApplication.code, ACTORS.guestDriver.code]],
  ["app", [ACTORS.guestApplication.code]],
  ["application", [ACTORS.guestApplication.code]],
  ["driver", [ACTORS.guestDriver.code]],
  ["kernel", [ACTORS.guestDriver.code]],
  ["hypervisor", [ACTORS.hypervisor.code]],
  ["kvm", [ACTORS.hypervisor.code]],
  ["xen", [ACTORS.hypervisor.code]],
  ["device-model", [ACTORS.deviceModel.code]],
  ["qemu", [ACTORS.deviceModel.code]],
  ["host", [ACTORS.hostNetwork.code]],
  ["vhost", [ACTORS.hostNetwork.code]],
  ["nic", [ACTORS.hardware.code]],
  ["hardware", [ACTORS.hardware.code]],
  ["wire", [ACTORS.wire.code]],
]);

/** The resources by their name in small letters. */
export const RESOURCE_WORDS: ReadonlyMap<string, readonly number[]> = new Map(
  RESOURCE_NAMES.map((name, code) => [name.toLowerCase(), [code]]),
);
