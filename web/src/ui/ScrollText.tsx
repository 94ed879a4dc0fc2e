/** Text as it stands, in a box that scrolls and can be reached by keyboard. */
export function ScrollText({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="scroll-text" aria-label={label} tabIndex={0}>
      <pre>{text}</pre>
    </section>
  );
}
