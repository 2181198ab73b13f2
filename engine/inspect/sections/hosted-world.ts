import type { HostedWorld } from "../../crossings/hosted-world.ts";
import type { SectionSpec } from "../../history/history-data.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { SectionContext } from "../section-opener.ts";

const SPEC: SectionSpec = {
  id: "worlds",
  title: "Worlds",
  actor: ACTORS.hypervisor.code,
  kind: "fields",
  cells: [
    { name: "CPU", form: "text", sizeBytes: 0, doc: "Whose world has it: the VMM's or the host's" },
    {
      name: "VMApp",
      form: "text",
      sizeBytes: 0,
      doc: "What the VMApp does while the host has the CPU",
    },
  ],
  source:
    "Sugerman, Venkitachalam and Lim, “Virtualizing I/O Devices on VMware Workstation's Hosted Virtual Machine Monitor” (USENIX 2001), 2",
};

/** Who has the CPU under a hosted VMM. */
export function openHostedWorld({ journal }: SectionContext, world: HostedWorld): void {
  const watch = journal.watchSection(SPEC, (section) => {
    const { inHost, waits } = world;
    section.put("CPU", inHost ? "host's world" : "VMM's world");
    const runs = inHost ? "runs" : "in the call that runs the guest";
    section.put("VMApp", waits ? "waits in select" : runs);
  });
  world.onChange = () => watch.touch();
}
