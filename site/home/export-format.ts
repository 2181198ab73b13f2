/** The formats a run can be saved in. */
export const EXPORTS = [
  { format: "pcap", label: "the wire as pcap" },
  { format: "json", label: "the trace for Perfetto" },
  { format: "csv", label: "the trace as CSV" },
] as const;

/** One of the formats. */
export type ExportFormat = (typeof EXPORTS)[number]["format"];
