import type { ProfitLine } from "../../api/types";

export interface Node {
  line: ProfitLine;
  level: number;
  isGroup: boolean;
}

/** The lines to show, in the order of the statement, with closed groups folded. */
export function unfold(lines: ProfitLine[], open: ReadonlySet<string>): Node[] {
  const parents = new Set(lines.map((line) => line.parent).filter(Boolean));
  const byId = new Map(lines.map((line) => [line.id, line]));
  const depth = (line: ProfitLine): number => {
    const parent = line.parent ? byId.get(line.parent) : undefined;
    return parent ? depth(parent) + 1 : 1;
  };
  const isShown = (line: ProfitLine): boolean => {
    const parent = line.parent ? byId.get(line.parent) : undefined;
    return !parent || (open.has(parent.id) && isShown(parent));
  };
  return lines.filter(isShown).map((line) => ({
    line,
    level: depth(line),
    isGroup: parents.has(line.id),
  }));
}

/** Everything above a depth: what "expand" opens. */
export function openTo(lines: ProfitLine[], levels: number): Set<string> {
  const all = unfold(lines, new Set(lines.map((line) => line.id)));
  return new Set(
    all.filter(({ isGroup, level }) => isGroup && level < levels).map(({ line }) => line.id),
  );
}
