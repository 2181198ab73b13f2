import type { TariffRule } from "./rule.ts";

/** What a packet for a socket costs that a forwarded one does not. */
const SOCKET_PARTS: readonly unknown[] = ["guestReceive"];

/**
 * A packet that the guest's kernel forwards: its driver does for it what it does for one that goes to
 * a socket; the stack's way up and down is that of IP forwarding. The driver's transmission has rows
 * of its own.
 * @param rules The rules of all modes, of which those for the socket are taken.
 */
export function forwardRules(rules: readonly TariffRule[]): readonly TariffRule[] {
  return rules
    .filter(({ kind, where }) => kind === "deliver" && where === "socket")
    .map(({ mode, parts }) => ({
      kind: "call",
      actor: "guestDriver",
      where: "ip_forward",
      ...(mode === undefined ? {} : { mode }),
      parts: [...parts.filter((part) => !SOCKET_PARTS.includes(part)), "guestForward"],
    }));
}
