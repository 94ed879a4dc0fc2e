const WIDTH = 72;
const HEIGHT = 20;

/** A small trend line; the figures it stands for are written beside it. */
export function Spark({ values }: { values: (number | null)[] }) {
  const known = values.filter((value): value is number => value !== null && !Number.isNaN(value));
  if (known.length < 2) return <svg width={WIDTH} height={HEIGHT} aria-hidden="true" />;
  const low = Math.min(...known);
  const high = Math.max(...known);
  const points = values
    .map((value, index) => {
      if (value === null || Number.isNaN(value)) return null;
      const x = (index / (values.length - 1)) * WIDTH;
      const y = HEIGHT - 1 - ((value - low) / (high - low || 1)) * (HEIGHT - 2);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .filter(Boolean)
    .join(" ");
  return (
    <svg width={WIDTH} height={HEIGHT} aria-hidden="true">
      <polyline
        points={points}
        fill="none"
        stroke="var(--ink2)"
        strokeWidth={1.4}
        strokeLinejoin="round"
      />
    </svg>
  );
}
