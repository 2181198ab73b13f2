import { defineCosts } from "../cost.ts";
import { adamsAgesen2006, sugerman2001 } from "../sources/translation.ts";

const P3 = "Intel Pentium III 733 MHz, VMware Workstation 2.0, Lance NIC, 100 Mb/s";
const TABLE = sugerman2001("Table 2");

/** What a VMM with binary translation costs, and its host under it: cycles of a Pentium III. */
export const TRANSLATION = defineCosts({
  translatedDeviceCallout: {
    doc: "Out of translated code into the VMM's model of a NIC register, and back.",
    category: "deviceEmulation",
    unit: "cycles",
    value: { low: 572, typical: 667, high: 900 },
    machine: P3,
    evidence: "derived",
    formula: "IN or OUT to the Lance status register, 0.91 µs × 733 MHz = 667",
    source: TABLE,
  },
  translatedApicCallout: {
    doc: "Out of translated code into the VMM's model of the interrupt controller, and back.",
    category: "interrupt",
    unit: "cycles",
    value: { low: 400, typical: 572, high: 700 },
    machine: P3,
    evidence: "derived",
    formula: "IN or OUT to the PIC, 0.78 µs × 733 MHz = 572",
    source: TABLE,
  },
  translatedInstructionCallout: {
    doc: "Out of translated code to emulate a privileged instruction (HLT, IRET), and back.",
    category: "hypervisor",
    unit: "cycles",
    value: { low: 150, typical: 500, high: 1500 },
    machine: P3,
    evidence: "assumed",
    why:
      "Published is the sum only: privileged instructions take 7.9 %, 10.0 µs or 7300 cycles for a " +
      "frame sent. Of about a dozen of them one takes 600; an access to the PIC takes 572.",
    source: TABLE,
  },
  translatedPrivileged: {
    doc: "The privileged instructions of a translated kernel for one frame that have no row: STI, CLI, POPF, INVLPG, port accesses to the PIC.",
    category: "hypervisor",
    unit: "cycles",
    value: { low: 3500, typical: 5800, high: 7300 },
    machine: P3,
    evidence: "derived",
    formula:
      "7.9 % for privileged instructions are 22.7 µs × 7.9 / 17.9 = 10.0 µs × 733 MHz = 7300 cycles a " +
      "frame sent, less the HLT and two IRETs that have rows (3 × 500)",
    source: TABLE,
  },
  translatedContextSwitch: {
    doc: "A translated guest switches to a process that was waiting: CR3 loads, shadow page tables.",
    category: "hypervisor",
    unit: "cycles",
    value: { low: 5300, typical: 10700, high: 10700 },
    machine: P3,
    evidence: "derived",
    formula:
      "11.5 % for guest context switches are 22.7 µs × 11.5 / 17.9 = 14.6 µs × 733 MHz = 10690 cycles " +
      "a frame sent; low: two switches a frame",
    source: TABLE,
  },
  translatedHiddenFault: {
    doc: "A load or store faults on a device's page; the VMM finds, decodes and emulates it.",
    category: "hypervisor",
    unit: "cycles",
    value: { low: 1000, typical: 3000, high: 5000 },
    machine: P3,
    evidence: "assumed",
    why: "The published figures for page faults under the translator were not seen.",
    source: adamsAgesen2006,
  },
  translatedBlock: {
    doc: "A block of guest code is translated, or translated again so that it calls out.",
    category: "hypervisor",
    unit: "cycles",
    value: { low: 1000, typical: 5000, high: 20000 },
    machine: P3,
    evidence: "assumed",
    why: "No number was seen: decoding and emitting about ten instructions, once for each block.",
    source: adamsAgesen2006,
  },
  translatedInterrupt: {
    doc: "The VMM takes a virtual interrupt to the guest: its frame at the end of a block, and IRQ state.",
    category: "interrupt",
    unit: "cycles",
    value: { low: 1500, typical: 2324, high: 4000 },
    machine: P3,
    evidence: "derived",
    formula:
      "17.9 % are 22.7 µs a frame sent, so 2.5 % for guest IRQs are 22.7 × 2.5 / 17.9 = 3.17 µs " +
      "= 2324 cycles; one IRQ a frame, as 2.5 % / 0.78 µs is four accesses to the PIC",
    source: TABLE,
  },
  worldSwitch: {
    doc: "From the VMM's world to the host's, or back: address space, descriptor tables, all registers.",
    category: "transition",
    unit: "cycles",
    value: { low: 2000, typical: 3966, high: 6000 },
    machine: P3,
    evidence: "derived",
    formula:
      "a frame sent through VMNet takes 22.7 µs × 733 MHz = 16640 cycles with the switch to the host " +
      "and back; less a copy of 1500 B, 28 + 1500 × 0.5 = 778; half of the rest for two switches: " +
      "15862 / 4 = 3966. The sum is measured, the halves are not",
    source: TABLE,
  },
  vmnetSend: {
    doc: "write() to VMNet without its copy: system call, the bridge in VMNet, the host NIC's driver.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 3900, typical: 7930, high: 11900 },
    machine: P3,
    evidence: "derived",
    formula:
      "22.7 µs × 733 MHz = 16640 cycles less a copy of 778 and two world switches of 3966 = 7930; " +
      "the range is the world switch's, so that the sum stays",
    source: TABLE,
  },
  vmnetReceive: {
    doc: "read() from VMNet without its copy: the host NIC's driver, the bridge in VMNet, system call.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 3900, typical: 7930, high: 11900 },
    machine: P3,
    evidence: "derived",
    formula: "receiving via VMNet, 22.7 µs × 733 MHz = 16640 cycles, parted as when sending: 7930",
    source: TABLE,
  },
  hostedTransmitEmulation: {
    doc: "The NIC's transmit path is emulated: descriptors, length, status.",
    category: "deviceEmulation",
    unit: "cycles",
    value: { low: 1500, typical: 2199, high: 3000 },
    machine: P3,
    evidence: "derived",
    formula: "emulating the Lance transmit path, 3.0 µs × 733 MHz = 2199",
    source: TABLE,
  },
  hostedReceiveEmulation: {
    doc: "The NIC's receive path is emulated: filter, descriptors, status.",
    category: "deviceEmulation",
    unit: "cycles",
    value: { low: 1000, typical: 2199, high: 4000 },
    machine: P3,
    evidence: "assumed",
    why: "Published is the transmit path only, 3.0 µs; the same number of descriptor accesses.",
    source: TABLE,
  },
  hostedDispatch: {
    doc: "The VMApp finds what the VMM asks of it.",
    category: "deviceEmulation",
    unit: "cycles",
    value: { low: 200, typical: 500, high: 1500 },
    machine: P3,
    evidence: "assumed",
    why: "No number of its own was seen; the world switch around it is in another price.",
    source: TABLE,
  },
  hostedSelect: {
    doc: "select() of the VMApp on VMNet: system call and scan, without the time it sleeps.",
    category: "hostStack",
    unit: "cycles",
    value: { low: 500, typical: 1500, high: 4000 },
    machine: P3,
    evidence: "assumed",
    why: "No number was seen for the host's select().",
    source: TABLE,
  },
  hostedTimer: {
    doc: "The host's timer for the guest expires: its interrupt and what the VMApp does then.",
    category: "interrupt",
    unit: "cycles",
    value: { low: 1000, typical: 3000, high: 6000 },
    machine: P3,
    evidence: "assumed",
    why: "No number was seen for the host's timer.",
    source: TABLE,
  },
  virtualIrqRequest: {
    doc: "The VMApp asks the VMM to raise a virtual interrupt, in memory that they share.",
    category: "notification",
    unit: "cycles",
    value: { low: 50, typical: 200, high: 600 },
    machine: P3,
    evidence: "assumed",
    why: "No number was seen: a store and a call within the VMApp.",
    source: TABLE,
  },
});
