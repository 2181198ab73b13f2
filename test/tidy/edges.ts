/** What a top-level folder may import; `deep` when it may also do so by a path. */
export interface FolderRule {
  readonly to: readonly string[];
  readonly deep: boolean;
}

/** The edges between top-level folders; nothing else is allowed. */
export const FOLDER_EDGES: Readonly<Record<string, FolderRule>> = {
  engine: { to: [], deep: false },
  components: { to: ["engine"], deep: false },
  lessons: { to: ["engine", "components"], deep: false },
  site: { to: ["engine", "components", "lessons"], deep: false },
  test: { to: ["engine", "components", "lessons", "site", ""], deep: true },
};

const GROUND = ["core", "history", "registers", "memory", "trace", "ledger", "packets", "cpu"];
// One simulated host: its parts know each other's interfaces; the test for circles keeps them apart.
const HOST_PARTS = [...GROUND, "machine.ts", "guest", "pci", "crossings"];
const BELOW_MODES = [...HOST_PARTS, "devices", "host"];

/** What a folder of the engine may import besides itself. A device never names a crossing or a mode. */
export const ENGINE_EDGES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  registers: ["core", "history"],
  trace: ["core"],
  history: ["core"],
  memory: ["core", "trace"],
  ledger: ["core", "trace"],
  packets: ["core"],
  cpu: ["core", "registers", "memory", "trace", "ledger"],
  "machine.ts": HOST_PARTS,
  guest: HOST_PARTS,
  pci: HOST_PARTS,
  crossings: BELOW_MODES,
  devices: HOST_PARTS.filter((part) => part !== "crossings"),
  host: BELOW_MODES,
  programs: BELOW_MODES,
  modes: BELOW_MODES,
  inspect: [...BELOW_MODES, "modes"],
  run: [...BELOW_MODES, "modes", "programs", "inspect"],
  load: [...BELOW_MODES, "modes", "run"],
  sizing: [...BELOW_MODES, "modes", "run", "load"],
  validation: [...BELOW_MODES, "modes", "run", "load"],
  recordings: [...BELOW_MODES, "modes", "run"],
  cli: [
    ...BELOW_MODES,
    "modes",
    "programs",
    "run",
    "load",
    "sizing",
    "validation",
    "recordings",
    "index.ts",
  ],
};

/** Single files above a folder that it may import all the same: a device is given the wire. */
export const ENGINE_FILE_EDGES: Readonly<Record<string, readonly string[]>> = {
  devices: ["engine/host/wire.ts"],
};

/** What `#engine` gives that runs a simulation: components receive its results instead. */
export const RUNNING_NAMES: readonly string[] = [
  "simulate",
  "simulateHost",
  "simulateLoad",
  "validate",
  "predictPoint",
  "checkOrderings",
  "sensitivity",
  "runPoint",
  "sizeMode",
  "Machine",
];
