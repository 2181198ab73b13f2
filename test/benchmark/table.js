/** The value below which a share of the values lies. */
export function percentile(values, share) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** A line of the table: the figure's median and 95th percentile against a target in the same unit. */
export function measured(figure, values, { below, unit = "ms", note = "" } = {}) {
  const median = percentile(values, 0.5);
  const p95 = percentile(values, 0.95);
  const isMet = below === undefined ? undefined : p95 < below;
  return { figure, below, unit, median, p95, isMet, note };
}

/** The lines as a text table. */
export function tableText(lines) {
  const digits = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
  const cells = lines.map(({ figure, below, unit, median, p95, isMet, note }) => [
    figure,
    below === undefined ? "" : `< ${below} ${unit}`,
    `${digits(median)} ${unit}`,
    p95 === median ? "" : `${digits(p95)} ${unit}`,
    isMet === undefined ? "" : isMet ? "met" : "NOT MET",
    note,
  ]);
  const rows = [["figure", "target", "median", "p95", "", ""], ...cells];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const isRight = (column) => column > 0 && column < 4;
  return rows
    .map((row) =>
      row
        .map((cell, n) => (isRight(n) ? cell.padStart(widths[n]) : cell.padEnd(widths[n])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
