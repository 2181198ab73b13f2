import type { PublishedPoint } from "../published-point.ts";

/** Meltdown and Spectre were published in January of this year. */
const MITIGATIONS_SINCE = 2018;
/** KVM polls before it blocks a halted vCPU, by default, since Linux 4.3 of 2015; servers a year later. */
const HALT_POLLING_SINCE = 2016;
/** KVM's halt_poll_ns on x86: arch/x86/include/asm/kvm_host.h, KVM_HALT_POLL_NS_DEFAULT. */
const HALT_POLL_MICROSECONDS = 200;

/** The year of a point's source: its own field, or the last year in the text. */
export function yearOf({ source, year }: PublishedPoint): number | undefined {
  if (year !== undefined) return year;
  const found = source.match(/\b(?:19|20)\d\d\b/g)?.at(-1);
  return found === undefined ? undefined : Number(found);
}

/** Whether a source of that year measured with mitigations; one that is not dated is of today. */
export function hasMitigations({ config }: PublishedPoint, year: number | undefined): boolean {
  if (/mitigations?[ =:]+off|nopti|nospectre/i.test(config)) return false;
  return year === undefined || year >= MITIGATIONS_SINCE;
}

/** How long a halted vCPU polls, by the kernel that is stated or else by the year. */
export function haltPollMicroseconds({ config }: PublishedPoint, year: number | undefined): number {
  const kernel = /Linux (\d+)\.(\d+)/.exec(config);
  const polls =
    kernel === null
      ? year === undefined || year >= HALT_POLLING_SINCE
      : Number(kernel[1]) > 4 || (kernel[1] === "4" && Number(kernel[2]) >= 3);
  return polls ? HALT_POLL_MICROSECONDS : 0;
}
