/** A recording as files by name, unpacked. */
export type RecordingFiles = ReadonlyMap<string, Uint8Array>;

/** Files that a recording is read from; a folder may hold others. */
const RECORDING_FILE = /^[^/]+\.(jsonl|json|pcap)(\.gz)?$/;
const MANIFEST = /^manifest(\.insn)?\.json$/;
const EXPECTED = "expected manifest.json and PHASE.jsonl files";
const BYTES_MAX = 256 * 2 ** 20;

/**
 * Reads the files that a reader picked or dropped: those of a folder's first level, unpacked.
 * @throws Error with one sentence when there are none, or a file is too large or damaged.
 */
export async function readRecording(files: readonly File[]): Promise<RecordingFiles> {
  const given = namesOf(files);
  const found = new Map<string, Uint8Array>();
  for (const file of files) {
    const name = (file.webkitRelativePath || file.name).replace(/^[^/]+\/(?=[^/]+$)/, "");
    if (!RECORDING_FILE.test(name)) continue;
    if (file.size > BYTES_MAX) throw new Error(`${name}: more than 256 MiB, expected a recording.`);
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (bytes.length === 0) throw new Error(`${name}: empty, expected the lines of a recording.`);
    found.set(name.replace(/\.gz$/, ""), await unpacked(name, bytes));
  }
  if (found.size === 0) {
    throw new Error(`${given}: no file of a recording, ${EXPECTED}.`);
  }
  if (![...found.keys()].some((name) => MANIFEST.test(name))) {
    throw new Error(`${given}: a recording’s manifest.json is missing, ${EXPECTED}.`);
  }
  return found;
}

/** What was given, by name, for a sentence on it. */
function namesOf(files: readonly File[]): string {
  const names = files.slice(0, 3).map(({ name }) => name);
  if (files.length > 3) names.push("…");
  return names.join(", ") || "What was given";
}

/**
 * Reads a bundle: one JSON object with the files of a recording by name, gzipped or not; those that
 * are no text are in base64 behind `base64:`.
 * @throws Error with one sentence when it is damaged.
 */
export async function readBundle(name: string, bytes: Uint8Array): Promise<RecordingFiles> {
  const text = new TextDecoder().decode(await unpacked(name, bytes));
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    content = undefined;
  }
  if (typeof content !== "object" || content === null) {
    throw new Error(`${name}: not JSON, expected an object of files.`);
  }
  return new Map(
    Object.entries(content).map(([file, value]) => [file, bytesOf(String(value))] as const),
  );
}

/** The files of what is dropped: of folders, their own files. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // Entries must be taken before the first await: the transfer is emptied then.
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry());
  if (entries.every((entry) => entry === null)) return [...transfer.files];
  const files: File[] = [];
  for (const entry of entries) {
    if (entry?.isFile) files.push(await fileOf(entry as FileSystemFileEntry));
    else if (entry?.isDirectory) files.push(...(await filesIn(entry as FileSystemDirectoryEntry)));
  }
  return files;
}

async function filesIn(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = folder.createReader();
  const files: File[] = [];
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (entries.length === 0) return files;
    for (const entry of entries) {
      if (entry.isFile) files.push(await fileOf(entry as FileSystemFileEntry));
    }
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}

/** What a gzip file holds; a server may have unpacked it already. */
async function unpacked(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new Error(`${name}: no whole gzip file.`);
  }
}

function bytesOf(text: string): Uint8Array {
  if (!text.startsWith("base64:")) return new TextEncoder().encode(text);
  return Uint8Array.from(atob(text.slice("base64:".length)), (one) => one.codePointAt(0) ?? 0);
}
