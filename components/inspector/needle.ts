/** What the reader looks for in memory. */
export const NEEDLE_KINDS = {
  bytes: "bytes (hex)",
  number1: "number, 1 byte",
  number2: "number, 2 bytes",
  number4: "number, 4 bytes",
  number8: "number, 8 bytes",
  address: "MAC or IP address",
  text: "text",
} as const;
/** One of {@link NEEDLE_KINDS}. */
export type NeedleKind = keyof typeof NEEDLE_KINDS;

/** The bytes to look for, or in words why what was typed has none. */
export type Needle = { readonly bytes: Uint8Array } | { readonly problem: string };

const NUMBER_BYTES: Readonly<Record<string, number>> = {
  number1: 1,
  number2: 2,
  number4: 4,
  number8: 8,
};

/** The bytes of what was typed. Numbers are little-endian, as they lie in an x86's memory. */
export function needleOf(kind: NeedleKind, typed: string): Needle {
  const text = typed.trim();
  if (text === "") return { problem: "Type what to look for." };
  if (kind === "bytes") return hexBytes(text);
  if (kind === "address") return addressBytes(text);
  if (kind === "text") return { bytes: new TextEncoder().encode(typed) };
  return numberBytes(text, NUMBER_BYTES[kind] ?? 1);
}

/** An address as the reader typed it, hexadecimal with or without 0x; in words why it is none. */
export function addressOf(
  typed: string,
  memoryBytes: number,
): { readonly address: number } | { readonly problem: string } {
  const digits = typed.trim().replace(/^0x/i, "").replaceAll(/[_\s]/g, "");
  if (!/^[0-9a-f]{1,13}$/i.test(digits)) {
    return { problem: `“${typed.trim()}” is no address: hexadecimal digits are, such as 0x1f000.` };
  }
  const address = Number.parseInt(digits, 16);
  if (address < memoryBytes) return { address };
  const last = (memoryBytes - 1).toString(16);
  return {
    problem: `0x${digits} lies beyond the memory of this machine, which ends at 0x${last}.`,
  };
}

function hexBytes(text: string): Needle {
  const digits = text.replace(/^0x/i, "").replaceAll(/[\s:,-]/g, "");
  if (!/^[0-9a-f]+$/i.test(digits)) {
    return { problem: `“${text}” is not hexadecimal: digits 0 to 9 and a to f, two a byte.` };
  }
  if (digits.length % 2 === 1) {
    return { problem: `${digits.length} hexadecimal digits are no whole bytes: each has two.` };
  }
  return { bytes: fromHex(digits) };
}

function numberBytes(text: string, sizeBytes: number): Needle {
  const plain = text.replaceAll(/[\s_]/g, "");
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(plain)) {
    return { problem: `“${text}” is no number: write it decimal, or hexadecimal behind 0x.` };
  }
  const value = BigInt(plain);
  const end = 1n << BigInt(sizeBytes * 8);
  if (value >= end) {
    return { problem: `${text} does not fit ${sizeBytes * 8} bits: at most ${end - 1n}.` };
  }
  const bytes = Uint8Array.from({ length: sizeBytes }, (_, at) =>
    Number((value >> BigInt(at * 8)) & 0xffn),
  );
  return { bytes };
}

function addressBytes(text: string): Needle {
  if (/^([0-9a-f]{1,2}[:-]){5}[0-9a-f]{1,2}$/i.test(text)) {
    return { bytes: Uint8Array.from(text.split(/[:-]/), (part) => Number.parseInt(part, 16)) };
  }
  const parts = text.split(".").map(Number);
  if (/^\d+(\.\d+){3}$/.test(text) && parts.every((part) => part <= 255)) {
    return { bytes: Uint8Array.from(parts) };
  }
  const groups = ipv6Groups(text);
  if (groups !== undefined) {
    return { bytes: Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff])) };
  }
  return {
    problem: `“${text}” is no address: 52:54:00:12:34:56, 192.0.2.15 and 2001:db8::1 are such.`,
  };
}

function ipv6Groups(text: string): number[] | undefined {
  if (!/^[0-9a-f:]+$/i.test(text) || !text.includes(":")) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const parts = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  if (!parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return undefined;
  return parts.map((part) => Number.parseInt(part, 16));
}

function fromHex(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
}
