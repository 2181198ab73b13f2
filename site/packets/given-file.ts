import { InputError } from "#engine";
import { EXPECTED } from "./own-file.ts";

/**
 * The one file that was dropped. It must be called while the event is heard: what is dropped is gone after it.
 * @throws InputError in one sentence when it was none, several, or a folder.
 */
export function droppedFile({ files, items }: DataTransfer): File {
  const [file] = files;
  if (file === undefined) {
    throw new InputError(`What was dropped is no file, expected ${EXPECTED}.`);
  }
  if (files.length > 1) {
    const names = Array.from(files, ({ name }) => name).join(", ");
    throw new InputError(`${names}: these are ${files.length} files, expected ${EXPECTED}.`);
  }
  if (items[0]?.webkitGetAsEntry()?.isDirectory === true) {
    throw new InputError(`${file.name}: this is a folder, expected ${EXPECTED}.`);
  }
  return file;
}

/**
 * Hears what is dropped anywhere on the page, but for text that is dropped into a field, and what
 * an element took for itself.
 */
export function hearDrops(dropped: (transfer: DataTransfer) => void): void {
  const isOurs = (event: DragEvent) =>
    event.dataTransfer?.types.includes("Files") === true || !isField(event.composedPath()[0]);
  document.addEventListener("dragover", (event) => {
    if (isOurs(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (event.defaultPrevented || event.dataTransfer === null || !isOurs(event)) return;
    event.preventDefault();
    dropped(event.dataTransfer);
  });
}

/** Whether text can be dropped on it. */
function isField(target: EventTarget | undefined): boolean {
  const fields = "input:not([type=file], [type=checkbox], [type=radio], [type=range]), textarea";
  return target instanceof Element && target.matches(fields);
}

/** The file that was chosen in a field, which is then empty: the same file can be chosen again. */
export function pickedFile({ target }: Event): File | undefined {
  if (!(target instanceof HTMLInputElement)) return undefined;
  const file = target.files?.[0];
  target.value = "";
  return file;
}
