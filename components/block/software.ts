import type { FlowRun } from "../flow/flow-run.ts";

/** Who acts for a run's layers, as a mode's parts name them. */
export interface Software {
  /** The guest's driver: `8139cp`, or "the polling driver". */
  readonly driver: string;
  /** KVM, Xen or "the VMM". */
  readonly hypervisor: string;
  /** QEMU, "the vhost worker", "the VMApp", "the DPDK process", dom0 or "the backend". */
  readonly deviceModel: string;
  /** What the guest takes for its card: `RTL8139`, `virtio-net`, `VF of an 82576`. */
  readonly device: string;
}

/** The first name that occurs in the words of the part decides; the most particular stands first. */
const DEVICE_MODELS: readonly (readonly [words: RegExp, name: string])[] = [
  [/vhost worker/, "the vhost worker"],
  [/DPDK process/, "the DPDK process"],
  [/VMApp/, "the VMApp"],
  [/dom0/, "dom0"],
  [/QEMU/, "QEMU"],
  [/backend/, "the backend"],
];

/** What a poll loop of the guest leaves in a trace: then the driver is not the kernel's. */
const GUEST_POLLS = "guest's poll loop, empty polls:";

/** Names who acts in a run, by the words of its mode and by what its trace holds. */
export function softwareOf({ parts, trace }: Pick<FlowRun, "parts" | "trace">): Software {
  const words = `${parts.data}; ${parts.device}; ${parts.control}`;
  const polls = trace.names.includes(GUEST_POLLS);
  const [driver = parts.driver] = parts.driver.split(/[,;] /);
  return {
    driver: polls ? "the polling driver" : driver,
    hypervisor: hypervisorOf(parts.cpu),
    deviceModel: DEVICE_MODELS.find(([pattern]) => pattern.test(words))?.[1] ?? "the device model",
    device: parts.device
      .split(/[,;] | over /)[0]
      ?.replace(/^(\w+) virtual function$/, "VF of an $1")
      .replace(/ with .*$/, "") as string,
  };
}

function hypervisorOf(cpu: string): string {
  if (cpu.startsWith("binary")) return "the VMM";
  return cpu.startsWith("paravirtual") ? "Xen" : "KVM";
}
