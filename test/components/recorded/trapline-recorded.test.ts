import "axe-core/axe.min.js";
import { readBundle, readRecording } from "#components/plain";
import type { RecordingFilesDetail } from "#components/views";
import "#components/recorded";
import { alignRecording, type AlignedRecording } from "#engine";
import { expect } from "chai";
import {
  bytesOf,
  linesOf,
  linesToBytes,
  recordingFiles,
} from "../../engine/recordings/recording-files.ts";
import { kvmFiles } from "../../engine/recordings/kvm/kvm-files.ts";
import { xenFiles } from "../../engine/recordings/xen/network-files.ts";
import { listItems } from "../../../components/recorded/item.ts";

declare const axe: typeof import("axe-core");

const NAME = "echo.insn.jsonl";

/** A recording with one falsified value, and the line that it stands on. */
async function aFalsified(): Promise<{ recording: AlignedRecording; line: number }> {
  const files = await recordingFiles("rtl8139-8139cp");
  const lines = linesOf(files.get(NAME) ?? new Uint8Array());
  const at = lines.findLastIndex(({ op }) => op === "mmio_write");
  lines[at] = { ...lines[at], value: "0x1234" };
  files.set(NAME, linesToBytes(lines));
  return { recording: alignRecording(files, { lastPhase: "echo", variant: "insn" }), line: at + 1 };
}

async function anElement(recording: AlignedRecording, more: object = {}) {
  const choices = [
    { id: "one", label: "One", group: "Devices" },
    { id: "two", label: "Two", group: "Hosts" },
  ];
  const element = Object.assign(document.createElement("trapline-recorded"), {
    recording,
    choices,
    ...more,
  });
  document.body.append(element);
  await settled(element);
  return element;
}

/** Rows in view are drawn after the list has its size. */
async function settled(element: HTMLElementTagNameMap["trapline-recorded"]): Promise<void> {
  for (let round = 0; round < 4; round++) await element.updateComplete;
}

const lastPhase = ({ phases }: AlignedRecording) => phases.length - 1;

describe("trapline-recorded", () => {
  it("trapline-recorded: axe finds no violation", async () => {
    const { recording } = await aFalsified();
    const element = await anElement(recording, { phase: lastPhase(recording), problem: "No." });
    const { violations } = await axe.run(element);
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    expect(found).to.deep.equal([]);
    element.remove();
  });

  it("trapline-recorded: a falsified line is the one that differs, and stands in view", async () => {
    const { recording, line } = await aFalsified();
    const element = await anElement(recording, { phase: lastPhase(recording) });
    const apart = [...element.renderRoot.querySelectorAll(".row.apart")];
    expect(apart.map((row) => row.querySelector(".number")?.textContent)).to.deep.equal([
      String(line),
    ]);
    const list = element.renderRoot.querySelector(".list")?.getBoundingClientRect();
    const row = apart[0]?.getBoundingClientRect();
    expect(row?.top).to.be.at.least(list?.top ?? Infinity);
    expect(row?.bottom).to.be.at.most((list?.bottom ?? 0) + 1);
    expect(element.renderRoot.querySelector(".sentence")?.textContent?.trim()).to.match(
      new RegExp(`^${NAME}, line ${line}.* What differs: the value\\.$`),
    );
    expect(element.renderRoot.querySelector(".tools")?.textContent).to.contain("line differs.");
    element.remove();
  });

  it("trapline-recorded: the table says what trapline verify counts", async () => {
    const { recording } = await aFalsified();
    const element = await anElement(recording);
    const cells = [...element.renderRoot.querySelectorAll(".phases tbody tr")].map((row) =>
      [...row.querySelectorAll("td")].slice(0, 5).map((cell) => cell.textContent?.trim()),
    );
    const wanted = recording.phases.map(({ matches }) =>
      [
        matches.registers,
        matches.interrupts,
        matches.rings,
        matches.configuration,
        matches.wire,
      ].map(({ matched, total } = { matched: 0, total: 0 }) =>
        total === 0 ? "–" : `${matched} of ${total}`,
      ),
    );
    expect(cells).to.deep.equal(wanted);
    element.remove();
  });

  it("trapline-recorded: the list of recordings names the shown one, and a choice is handed on", async () => {
    const { recording } = await aFalsified();
    const element = await anElement(recording, { chosen: "two" });
    const select = element.renderRoot.querySelector("select") as HTMLSelectElement;
    const groups = [...select.querySelectorAll("optgroup")].map(({ label }) => label);
    expect(groups).to.deep.equal(["Devices", "Hosts"]);
    expect(select.value).to.equal("two");
    const heard: string[] = [];
    element.addEventListener("trapline-recording-choose", ({ detail }) => heard.push(detail.id));
    select.value = "one";
    select.dispatchEvent(new Event("change"));
    expect(heard).to.deep.equal(["one"]);
    element.chosen = "";
    await settled(element);
    expect(select.selectedOptions[0]?.textContent).to.equal("Your own");
    element.remove();
  });

  it("trapline-recorded: of a host’s recording the table has its own columns, and the first phase with packets is shown", async () => {
    const recording = alignRecording(await kvmFiles("vtx-virtio-vhost"), { lastPhase: "tx64" });
    const element = await anElement(recording);
    const heads = [...element.renderRoot.querySelectorAll(".phases thead th")].map((cell) =>
      cell.textContent?.trim(),
    );
    expect(heads.slice(0, 3)).to.deep.equal(["Phase", "Interrupts", "VM exits"]);
    expect(element.renderRoot.querySelector(".phases .chosen th")?.textContent?.trim()).to.equal(
      "tx64",
    );
    const { violations } = await axe.run(element);
    expect(violations.map(({ id }) => id)).to.deep.equal([]);
    element.remove();
  });

  it("trapline-recorded: rows go by keys, folds open, and an aspect alone can be listed", async () => {
    const recording = alignRecording(await recordingFiles("virtio-split"), {
      lastPhase: "tx",
      variant: "plain",
    });
    const element = await anElement(recording, { phase: lastPhase(recording) });
    const list = element.renderRoot.querySelector(".list") as HTMLElement;
    const press = async (key: string) => {
      list.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      await settled(element);
    };
    const current = () => element.renderRoot.querySelector(".row.current");
    await press("End");
    expect(current()?.textContent?.trim()).to.match(/tx end$/);
    expect(list.getAttribute("aria-activedescendant")).to.equal(current()?.id);
    await press("Home");
    while (current()?.classList.contains("fold") === false) await press("ArrowDown");
    const before = Number(list.getAttribute("aria-rowcount"));
    const folded = Number(/\d+/.exec(current()?.textContent ?? "")?.[0]);
    await press("Enter");
    expect(Number(list.getAttribute("aria-rowcount"))).to.equal(before + folded);
    await press(" ");
    expect(Number(list.getAttribute("aria-rowcount"))).to.equal(before);
    element.aspect = "wire";
    await settled(element);
    const { lines } = recording.phases[lastPhase(recording)] ?? { lines: [] };
    expect(listItems(lines, "wire", new Set()).length + 1).to.equal(
      Number(list.getAttribute("aria-rowcount")),
    );
    element.remove();
  });

  it("trapline-recorded: draws few rows of a long phase, and nothing more when nothing changes", async () => {
    const recording = alignRecording(await recordingFiles("rtl8139-8139cp"), {
      lastPhase: "burst-tx",
      variant: "insn",
    });
    const element = await anElement(recording, { phase: lastPhase(recording) });
    const { lines } = recording.phases[lastPhase(recording)] ?? { lines: [] };
    expect(lines.length).to.be.greaterThan(500);
    expect(element.renderRoot.querySelectorAll(".list .row").length).to.be.lessThan(60);
    expect(element.isUpdatePending).to.equal(false);
    element.remove();
  });

  it("trapline-recorded: dropped files are handed on; what is no recording is one sentence", async () => {
    const { recording } = await aFalsified();
    const element = await anElement(recording);
    const heard: RecordingFilesDetail[] = [];
    element.addEventListener("trapline-recording-files", ({ detail }) => heard.push(detail));
    const drop = async (name: string) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["{}"], name));
      const target = element.renderRoot.querySelector("div");
      target?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
      for (let round = 0; round < 50 && heard.length === 0; round++) {
        await new Promise((resolve) => setTimeout(resolve));
        if (element.renderRoot.querySelector(".problem") !== null) break;
      }
      await settled(element);
    };
    await drop("notes.txt");
    expect(element.renderRoot.querySelector(".problem")?.textContent).to.equal(
      "notes.txt: no file of a recording, expected manifest.json and PHASE.jsonl files.",
    );
    expect(element.renderRoot.querySelector(".phases")).to.not.equal(null);
    await new Promise((resolve) => setTimeout(resolve));
    element.recording = { ...recording };
    await settled(element);
    expect(element.renderRoot.querySelector(".problem")).to.equal(null);
    await drop("manifest.json");
    expect([...(heard[0]?.files.keys() ?? [])]).to.deep.equal(["manifest.json"]);
    element.remove();
  });
});

describe("readRecording", () => {
  it("readRecording: takes the files of a folder's first level and unpacks them", async () => {
    const stream = new Blob(["a line\n"]).stream().pipeThrough(new CompressionStream("gzip"));
    const packed = await new Response(stream).arrayBuffer();
    const file = (path: string, content: BlobPart) =>
      Object.defineProperty(new File([content], path), "webkitRelativePath", { value: path });
    const files = await readRecording([
      file("folder/tx.jsonl.gz", packed),
      file("folder/manifest.json", "{}"),
      file("folder/rings/tx.json", "{}"),
      file("folder/notes.txt", ""),
    ]);
    expect([...files.keys()]).to.deep.equal(["tx.jsonl", "manifest.json"]);
    expect(new TextDecoder().decode(files.get("tx.jsonl"))).to.equal("a line\n");
  });

  for (const [what, names, expected] of [
    ["a capture alone", ["a.pcap"], "a.pcap: a recording’s manifest.json is missing"],
    ["phases alone", ["tx.jsonl", "rx.jsonl"], "tx.jsonl, rx.jsonl: a recording’s manifest.json"],
    ["nothing", [], "What was given: no file of a recording"],
  ] as const) {
    it(`readRecording: ${what} is one sentence that says what is missing`, async () => {
      const files = names.map((name) => new File(["{}"], name));
      const problem = await readRecording(files).catch((error: Error) => error.message);
      expect(problem).to.match(new RegExp(`^${expected}.*, expected manifest.json .*\\.$`));
    });
  }

  it("readRecording: an empty file is named", async () => {
    const files = [new File([""], "manifest.json")];
    const problem = await readRecording(files).catch((error: Error) => error.message);
    expect(problem).to.equal("manifest.json: empty, expected the lines of a recording.");
  });

  it("readRecording: a gzip file that is cut off is one sentence with its name", async () => {
    const broken = new File([new Uint8Array([0x1f, 0x8b, 8, 0])], "tx.jsonl.gz");
    let problem = "";
    await readRecording([broken]).catch((error: Error) => {
      problem = error.message;
    });
    expect(problem).to.equal("tx.jsonl.gz: no whole gzip file.");
  });
});

describe("bundled recordings", () => {
  const device = (config: string) => [config, () => recordingFiles(config)] as const;
  const bundles = [
    device("rtl8139-8139cp"),
    device("virtio-split"),
    device("vmxnet3"),
    ["vtx-rtl8139-qemu", () => kvmFiles("vtx-rtl8139-qemu")],
    ["vtx-virtio-vhost", () => kvmFiles("vtx-virtio-vhost", "full")],
    ["svm-vf-vfio", () => kvmFiles("svm-vf-vfio")],
    ["xen-pv-netfront", () => xenFiles("init", "warmup", "tx", "rx")],
  ] as const;
  for (const [config, folderFiles] of bundles) {
    it(`readBundle: ${config} of the site is the folder of the tests, byte for byte`, async () => {
      const response = await fetch(`/site/public/recordings/${config}.json.gz`);
      const bundle = await readBundle(config, new Uint8Array(await response.arrayBuffer()));
      const files = await folderFiles();
      expect([...bundle.keys()].sort()).to.deep.equal([...files.keys()].sort());
      for (const [name, bytes] of files) {
        const own = bundle.get(name) ?? new Uint8Array();
        // The test server gives out JSON as modules: its white space is gone.
        const plain = (some: Uint8Array) =>
          name.endsWith(".json")
            ? JSON.stringify(JSON.parse(new TextDecoder().decode(some)))
            : new TextDecoder("latin1").decode(some);
        expect(plain(own) === plain(bytes), name).to.equal(true);
      }
    });
  }

  it("readBundle: what is no bundle is one sentence", async () => {
    let problem = "";
    await readBundle("x.json.gz", bytesOf("[")).catch((error: Error) => {
      problem = error.message;
    });
    expect(problem).to.equal("x.json.gz: not JSON, expected an object of files.");
  });
});
