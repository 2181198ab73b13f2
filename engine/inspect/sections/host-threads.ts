import { HOST_THREAD, type HostThread } from "../../core/task.ts";
import { type HostCpus, THREAD_NAMES } from "../../crossings/host-cpus.ts";
import { Kvm } from "../../crossings/kvm.ts";
import type { SectionSpec } from "../../history/history-data.ts";
import { VhostNet } from "../../host/vhost-net.ts";
import { ACTORS } from "../../trace/actor.ts";
import type { SectionOpener } from "../section-opener.ts";

const SCHEDULER =
  "kernel/sched/core.c, try_to_wake_up, context_switch; only threads that serve the guest";

const CPUS: SectionSpec = {
  id: "host-cpus",
  title: "Host CPUs",
  actor: ACTORS.hypervisor.code,
  kind: "table",
  cells: [
    { name: "runs", form: "text", sizeBytes: 0, doc: "The thread that has the CPU, or idle" },
  ],
  source: SCHEDULER,
};

const THREADS: SectionSpec = {
  id: "host-threads",
  title: "Host threads",
  actor: ACTORS.hypervisor.code,
  kind: "table",
  cells: [
    {
      name: "state",
      form: "text",
      sizeBytes: 0,
      doc: "Runs, waits for its CPU, or sleeps until it is woken",
    },
    { name: "CPU", form: "decimal", sizeBytes: 0, doc: "Where it runs when it runs" },
  ],
  source: SCHEDULER,
};

/** What the host's CPUs run, and the threads of KVM, QEMU and vhost. */
export const openHostThreads: SectionOpener = ({ machine, nic, journal }) => {
  const { host } = machine;
  if (!(host instanceof Kvm)) return;
  const { cpus } = host;
  const threads: HostThread[] = [HOST_THREAD.vcpu];
  if (host.options.backend === "qemu") threads.push(HOST_THREAD.mainLoop);
  if (nic.wire.reader instanceof VhostNet) threads.push(HOST_THREAD.vhostWorker);
  const cpuNames = Array.from({ length: cpus.count }, (_, cpu) => `CPU ${cpu}`);
  const running = journal.watchSection(CPUS, (section) => {
    for (let cpu = 0; cpu < cpuNames.length; cpu++) {
      const thread = cpus.runningOn(cpu);
      const runs = thread === HOST_THREAD.none ? "idle" : nameOf(thread);
      section.put(cpuNames[cpu] as string, runs);
    }
  });
  const states = journal.watchSection(THREADS, (section) => {
    for (const thread of threads) {
      section.put(nameOf(thread), stateOf(cpus, thread), 0);
      section.put(nameOf(thread), cpus.cpuOf(thread), 1);
    }
  });
  cpus.onChange = () => {
    running.touch();
    states.touch();
  };
};

function nameOf(thread: HostThread): string {
  return (THREAD_NAMES as readonly string[])[thread] ?? "";
}

function stateOf(cpus: HostCpus, thread: HostThread): string {
  if (cpus.runningOn(cpus.cpuOf(thread)) === thread) return "runs";
  return cpus.isAwake(thread) ? "waits for its CPU" : "sleeps";
}
