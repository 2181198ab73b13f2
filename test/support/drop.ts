import type { Page } from "playwright-core";

/** A file to drop: its bytes, or only how many (all zero), for one that is too large to hand over. */
export interface DroppedFile {
  readonly name: string;
  readonly bytes: Uint8Array | number;
  /** It is a folder without anything in it. */
  readonly isFolder?: boolean;
}

/** What is dropped: files, or a text. */
export type Dropped = readonly DroppedFile[] | string;

/** A capture's bytes, dropped on the page like a file from the desk. */
export async function drop(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  await dropOn(page, "body", [{ name, bytes }]);
}

/** Drops on the first element that a selector finds, in shadow trees too. */
export async function dropOn(page: Page, selector: string, dropped: Dropped): Promise<void> {
  const files = typeof dropped === "string" ? [] : dropped.map(plain);
  const text = typeof dropped === "string" ? dropped : "";
  await page.locator(selector).first().evaluate(dispatchDrop, { files, text });
}

interface PlainFile {
  readonly name: string;
  readonly base64: string;
  readonly zeros: number;
  readonly isFolder: boolean;
}

function plain({ name, bytes, isFolder = false }: DroppedFile): PlainFile {
  const isCount = typeof bytes === "number";
  const base64 = isCount ? "" : Buffer.from(bytes).toString("base64");
  return { name, base64, zeros: isCount ? bytes : 0, isFolder };
}

/** It runs in the page. */
function dispatchDrop(
  target: Element,
  { files, text }: { files: readonly PlainFile[]; text: string },
): void {
  const dataTransfer = new DataTransfer();
  for (const { name, base64, zeros } of files) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const chunk = new Uint8Array(2 ** 20);
    const chunks = Array.from({ length: zeros / chunk.length }, () => chunk);
    dataTransfer.items.add(new File([bytes, ...chunks], name));
  }
  if (text !== "") dataTransfer.setData("text/plain", text);
  const init = { bubbles: true, cancelable: true, composed: true };
  const event = new DragEvent("drop", { dataTransfer, ...init });
  if (files.some(({ isFolder }) => isFolder)) {
    // No script can make a folder: this is what a page is shown of one.
    const entry = {
      isFile: false,
      isDirectory: true,
      createReader: () => ({ readEntries: (found: (none: []) => void) => found([]) }),
    };
    const items = [{ kind: "file", webkitGetAsEntry: () => entry }];
    const shown = { files: dataTransfer.files, types: ["Files"], items };
    Object.defineProperty(event, "dataTransfer", { value: shown });
  }
  target.dispatchEvent(event);
}
