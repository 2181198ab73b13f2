/** One published end-to-end result, as its source has it. */
export interface PublishedPoint {
  readonly id: string;
  /** What was measured, in the source's words: device, backend, way of the packets. */
  readonly mode: string;
  readonly metric: string;
  /** A number, or text with the numbers in it ("2 - 5", "at least 2"). */
  readonly value: number | string;
  readonly unit: string;
  /** CPU, NIC and software, as far as they are stated. */
  readonly config: string;
  readonly packet: string;
  readonly source: string;
  readonly where: string;
  /** yes: seen in the primary text; secondary: seen quoted; no: recalled only. */
  readonly verified: string;
  /** measured, derived, stated or recalled. */
  readonly kind: string;
  /** When it was published, where the source's text does not say so. */
  readonly year?: number;
}

/** Whether a point counts in the statistics: seen in its source or quoted from it. */
export function isVerified({ verified }: PublishedPoint): boolean {
  return !/^no\b/i.test(verified);
}
