/** Hands a file to the reader. */
export function saveFile(
  name: string,
  parts: Iterable<string | Uint8Array | Blob>,
  type: string,
): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([...parts] as BlobPart[], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
