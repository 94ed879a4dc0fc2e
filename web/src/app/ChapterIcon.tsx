import { lazy, Suspense } from "react";

const NamedIcon = lazy(() => import("./NamedIcon"));

interface ChapterIconProps {
  name: string | null | undefined;
  page?: "board" | "records" | "chapter";
  size?: number;
}

/** An icon that knowledge names; all of them together are loaded with the first one shown. */
export function ChapterIcon({ name, page, size = 15 }: ChapterIconProps) {
  return (
    <Suspense fallback={<i className="icon-place" style={{ width: size, height: size }} />}>
      <NamedIcon name={name} page={page} size={size} />
    </Suspense>
  );
}
