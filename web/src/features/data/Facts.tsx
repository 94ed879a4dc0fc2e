/** Names and values in a compact list; what has no value is left out. */
export function Facts({ of }: { of: [string, string | null | undefined][] }) {
  return (
    <dl className="facts">
      {of
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
