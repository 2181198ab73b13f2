import type { Source } from "../cost.ts";

/** Sugerman et al. 2001, for the place `where`. */
export function sugerman2001(where: string): Source {
  return {
    cite:
      "Sugerman, Venkitachalam, Lim: Virtualizing I/O Devices on VMware Workstation's Hosted " +
      "Virtual Machine Monitor, USENIX ATC 2001",
    where,
    url: "https://static.usenix.org/publications/library/proceedings/usenix01/sugerman/sugerman_html/node10.html",
  };
}

/** Adams and Agesen 2006: what the translator is like; its numbers were not seen. */
export const adamsAgesen2006: Source = {
  cite:
    "Adams, Agesen: A Comparison of Software and Hardware Techniques for x86 Virtualization, " +
    "ASPLOS 2006",
  where: "section 3, binary translation",
};
