import { expect } from "chai";
import { droppedFile, hearDrops, pickedFile } from "../../../site/packets/given-file.ts";

function transferOf(...names: readonly string[]): DataTransfer {
  const transfer = new DataTransfer();
  for (const name of names) transfer.items.add(new File(["x"], name));
  return transfer;
}

it("droppedFile: one file is taken", () => {
  expect(droppedFile(transferOf("a.pcap")).name).to.equal("a.pcap");
});

it("droppedFile: two files are refused with their names", () => {
  expect(() => droppedFile(transferOf("a.pcap", "b.pcap"))).to.throw(
    "a.pcap, b.pcap: these are 2 files, expected one pcap or pcapng capture.",
  );
});

it("droppedFile: text is no file", () => {
  const transfer = new DataTransfer();
  transfer.setData("text/plain", "a.pcap");
  expect(() => droppedFile(transfer)).to.throw("What was dropped is no file, expected");
});

it("droppedFile: a folder is refused by name", () => {
  const entry = { isDirectory: true };
  const transfer = {
    files: transferOf("captures").files,
    items: [{ webkitGetAsEntry: () => entry }],
  };
  expect(() => droppedFile(transfer as unknown as DataTransfer)).to.throw(
    "captures: this is a folder, expected one pcap or pcapng capture.",
  );
});

it("hearDrops: a drop anywhere is heard, but not text on a field, nor what an element took", () => {
  const heard: string[] = [];
  hearDrops((transfer) => heard.push(transfer.files[0]?.name ?? "text"));
  const field = document.createElement("input");
  const taking = document.createElement("div");
  taking.addEventListener("drop", (event) => event.preventDefault());
  document.body.append(field, taking);
  const text = new DataTransfer();
  text.setData("text/plain", "some");
  const drop = (target: Element, dataTransfer: DataTransfer) =>
    target.dispatchEvent(
      new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true, composed: true }),
    );
  drop(field, text);
  drop(taking, transferOf("taken"));
  expect(heard).to.deep.equal([]);
  drop(document.body, text);
  drop(field, transferOf("a.pcap"));
  expect(heard).to.deep.equal(["text", "a.pcap"]);
  field.remove();
  taking.remove();
});

it("pickedFile: the field is empty afterwards, so that the same file can be chosen again", () => {
  const field = document.createElement("input");
  field.type = "file";
  field.files = transferOf("a.pcap").files;
  let picked: File | undefined;
  field.addEventListener("change", (event) => {
    picked = pickedFile(event);
  });
  field.dispatchEvent(new Event("change"));
  expect(picked?.name).to.equal("a.pcap");
  expect(field.files?.length).to.equal(0);
});
