import type { Source } from "../cost.ts";

/** Linux on page-table isolation, for the place `where`. */
export function ptiDocument(where: string): Source {
  return {
    cite: "Linux, Documentation/arch/x86/pti.rst",
    where,
    url: "https://docs.kernel.org/arch/x86/pti.html",
  };
}

/** Molnar's measurements of TLB flushes, for the place `where`. */
export function molnar2015(where: string): Source {
  return {
    cite: "Ingo Molnar: Re: [PATCH 0/3] TLB flush multiple pages per IPI v5, linux-mm, 8 June 2015",
    where,
    url: "https://lore.kernel.org/linux-mm/20150608195237.GA15429@gmail.com/",
  };
}

/** Lutomirski's commit that returns from system calls by SYSRET, for the place `where`. */
export function lutomirski2014(where: string): Source {
  return {
    cite:
      "Andy Lutomirski: x86_64, entry: Use sysret to return to userspace when possible, " +
      "Linux commit 2a23c6b8a9c4",
    where,
  };
}
