/** What can be saved, in the order of the menu. */
export const EXPORTS = [
  { format: "svg", title: "Save the picture as SVG" },
  { format: "png", title: "Save the picture as PNG" },
  { format: "table", title: "Save the table behind it as CSV" },
  { format: "pcap", title: "Save the wire as pcap" },
  { format: "json", title: "Save the trace for Perfetto" },
  { format: "csv", title: "Save the trace as CSV" },
  { format: "exploration", title: "Save packets and link in one file" },
] as const;

/** One of the formats. */
export type ExportFormat = (typeof EXPORTS)[number]["format"];
