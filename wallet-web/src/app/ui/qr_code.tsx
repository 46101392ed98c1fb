// A QR code: black on white in dark mode, too, since some scanners read no inverted ones.

const QUIET = 3;

/** @param rows The code's rows, `1` for dark, without a quiet zone. */
export function QrCode({ rows, label }: { rows: readonly string[]; label: string }) {
  const size = rows.length + 2 * QUIET;
  const dark = rows.flatMap((row, y) => runs(row).map(([x, length]) => `M${x + QUIET} ${y + QUIET}h${length}v1h-${length}z`));
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={dark.join("")} fill="#000" />
    </svg>
  );
}

function runs(row: string): [start: number, length: number][] {
  return [...row.matchAll(/1+/g)].map((run) => [run.index, run[0].length]);
}
