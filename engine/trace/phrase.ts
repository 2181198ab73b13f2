/** A number of bytes in words. */
export function bytes(count: number): string {
  return `${count} ${count === 1 ? "byte" : "bytes"}`;
}

/** What is read or written, with an article unless it is a name: "the transmit descriptor", "tx_avail". */
export function thing(purpose: string): string {
  const fetched = /^frame: NIC fetches (.+)$/.exec(purpose)?.[1];
  if (fetched !== undefined) return `${fetched.replace(/^the /, "the frame's ")}`;
  const writtenBack = /^(\w+) write-back$/.exec(purpose)?.[1];
  if (writtenBack !== undefined) return `the ${writtenBack} descriptor back`;
  return /^[a-z0-9]+(_[a-z0-9]+)+$/.test(purpose) ? purpose : `the ${purpose}`;
}

/** Ends of copies as they stand in a sentence. */
const ENDS: Readonly<Record<string, string>> = {
  user: "user space",
  host: "the host",
  "host kernel": "the host's kernel",
  "host page": "a page of the host's",
  "socket buffer": "a socket buffer",
  "guest buffer": "the guest's buffer",
  mbuf: "an mbuf",
  "data ring": "the data ring",
};

/** A copy: from where to where, and on whose behalf in brackets. */
export function copyPhrase(name: string, count: number): string {
  const { occasion, way } = /^(?:(?<occasion>[^:]+): )?(?<way>.+)$/.exec(name)?.groups ?? {};
  const forWhom = occasion === undefined || occasion === "frame" ? "" : ` (${occasion})`;
  const what = occasion === "frame" ? `the frame's ${bytes(count)}` : bytes(count);
  const [from, to] = (way ?? "").split(" to ");
  if (from !== undefined && to !== undefined && ENDS[from] !== undefined) {
    return `copies ${what} from ${ENDS[from]} to ${ENDS[to] ?? to}${forWhom}`;
  }
  if (/^(into|back to) /.test(way ?? "")) return `copies ${what} ${way}${forWhom}`;
  if (way?.startsWith("a clone") === true) return `copies ${what}, ${way}${forWhom}`;
  const grant = /^grant copy (to|from) (\w+)$/.exec(name);
  if (grant !== null) return `copies ${what} ${grant[1]} ${grant[2]} by grant copy`;
  if (name.endsWith("payload")) return `copies ${bytes(count)} of ${name}`;
  if (name.startsWith("skb_")) return `copies ${what} with ${name}`;
  return /^[a-z_]+$/.test(name) ? `copies ${name}, ${bytes(count)}` : `copies ${what}: ${name}`;
}

/** A signal: what is signalled, with its article. */
export function signalPhrase(channel: string): string {
  if (channel.startsWith("kick")) return "kicks the vCPU with a reschedule interrupt";
  return channel === "virtual IRQ" ? "raises a virtual IRQ" : `signals the ${channel}`;
}

const THREADS: Readonly<Record<string, string>> = {
  vCPU: "the vCPU",
  "vhost worker": "the vhost worker",
  "QEMU main loop": "QEMU's main loop",
  VMApp: "the VMApp",
  "VMM world": "the VMM's world",
  "host world": "the host's world",
  "ovs-vswitchd handler": "the handler of ovs-vswitchd",
};

/** A thread, domain or world as the object of a sentence. */
export function threadPhrase(name: string): string {
  return THREADS[name] ?? name;
}

/** A name of the driver domain's without its prefix: who acts says whose it is. */
export function withoutDomain(name: string): string {
  return name.replace(/^dom\d+: /, "");
}

/** An exception: one that Xen emulates for a paravirtual kernel, one hidden from the guest, or any. */
export function exceptionPhrase(name: string, vector: number): string {
  const emulated = /^(#\w+) kernel emulated (.+)$/.exec(name);
  if (emulated !== null) return `faults in ${emulated[2]} (${emulated[1]}), which Xen emulates`;
  const hidden = /^(#\w+), hidden: (.+)$/.exec(name);
  if (hidden !== null) return `takes a ${hidden[1]} for the ${hidden[2]}, hidden from the guest`;
  return `takes the exception ${name} (vector ${vector})`;
}

/** A look into a table: which, and what came of it. */
export function lookupPhrase(name: string): string {
  const [table = name, result] = name.split(/: (.+)/);
  const outcome = result === undefined ? "" : `: ${result}`;
  if (table === "VT-d") return `walks its translation tables${outcome}`;
  if (table.startsWith("macvtap ")) return `knows by its mode (${table.slice(8)})${outcome}`;
  const own = table.replace(/^(bridge|OVS|vRouter) /, "its ");
  return `looks into ${own === table ? `the ${table}` : own}${outcome}`;
}

/** A step of a device or thread; most are named by the function that they are. */
export function stepPhrase(name: string, a: number, b: number): string {
  const numbers = b !== 0 ? ` (${a}, ${b})` : a !== 0 ? ` (${a})` : "";
  const expired = /^(?:the )?(.+) expires$/.exec(name)?.[1];
  if (expired !== undefined) return `sees the ${expired} expire`;
  if (name.endsWith("empty polls:"))
    return `polls ${a} ${a === 1 ? "time" : "times"} and finds nothing`;
  const count = `${a} ${a === 1 ? "buffer" : "buffers"}`;
  if (name === "buffers given back to the guest:") return `gives ${count} back to the guest`;
  if (name === "filled buffers shown to the guest:") {
    return `shows ${a} filled ${a === 1 ? "buffer" : "buffers"} to the guest`;
  }
  if (name === "frame written into an mbuf, bytes:") {
    return `writes a frame of ${bytes(a)} into an mbuf`;
  }
  if (name.startsWith("agent: ")) return `decides: ${name.slice(7)}`;
  if (name === "PV EOI") return `sees by PV EOI that vector ${a} is done`;
  return /^[a-z]\w+$/.test(name) ? `runs ${name}${numbers}` : `does ${name}${numbers}`;
}
