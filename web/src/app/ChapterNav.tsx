import { Link, useLocation } from "@tanstack/react-router";
import { Popover } from "antd";
import { ChevronRight } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Chapter, ChapterSection } from "../api/chapter";
import { nameOf } from "../i18n/names";
import { ChapterIcon } from "./ChapterIcon";
import { linkOf, pathOf, useChapters } from "./chapters";

const KEY = "argosy.chapters";

/** As in app.css: where the menu is a strip of icons. */
const NARROW = "(max-width: 1100px)";

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => globalThis.matchMedia?.(NARROW).matches ?? false);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const changed = () => setNarrow(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, []);
  return narrow;
}

function keptOpen(): Record<string, boolean> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

function keepOpen(chapter: string, open: boolean): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...keptOpen(), [chapter]: open }));
  } catch {
    // Without storage the menu is as it was at first.
  }
}

interface SectionProps {
  chapter: string;
  section: ChapterSection;
  /** The only one of its chapter: nothing to fold. */
  alone: boolean;
}

function Section({ chapter, section, alone }: SectionProps) {
  const { i18n } = useTranslation();
  const id = useId();
  const { pathname } = useLocation();
  const key = `${chapter}:${section.title.en}`;
  const here = section.pages.some((page) => pathname.startsWith(pathOf(chapter, page)));
  const [unfolded, setUnfolded] = useState(() => here || (keptOpen()[key] ?? false));
  useEffect(() => {
    if (here) setUnfolded(true);
  }, [here]);
  const turn = () => {
    keepOpen(key, !unfolded);
    setUnfolded(!unfolded);
  };
  const title = nameOf(section.title, i18n.language);
  return (
    <div>
      {!alone && (
        <button
          type="button"
          className="nav-section"
          aria-expanded={unfolded}
          aria-controls={unfolded ? id : undefined}
          onClick={turn}
        >
          <ChevronRight size={12} className="nav-twig" aria-hidden />
          <span>{title}</span>
        </button>
      )}
      {(unfolded || alone) && (
        <ul id={id} aria-label={title}>
          {section.pages.map((page) => {
            const name = nameOf(page.title, i18n.language);
            return (
              <li key={`${page.page}:${page.id}`}>
                <Link
                  {...linkOf(chapter, page)}
                  activeOptions={{ includeSearch: false }}
                  title={name}
                >
                  <ChapterIcon name={page.icon} page={page.page} size={14} />
                  <span>{name}</span>
                </Link>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

function Pages({ chapter, id }: { chapter: Chapter; id: string }) {
  return (
    <div id={id} className="nav-sections">
      {chapter.sections.map((section) => (
        <Section
          key={section.title.en}
          chapter={chapter.id}
          section={section}
          alone={chapter.sections.length === 1}
        />
      ))}
    </div>
  );
}

function ChapterGroup({ chapter, narrow }: { chapter: Chapter; narrow: boolean }) {
  const { i18n } = useTranslation();
  const id = useId();
  const { pathname } = useLocation();
  const here = pathname.startsWith(`/c/${chapter.id}/`);
  const [unfolded, setUnfolded] = useState(() => here || (keptOpen()[chapter.id] ?? false));
  const [popped, setPopped] = useState(false);
  // Whoever comes by a link sees where they are.
  useEffect(() => {
    if (here) setUnfolded(true);
  }, [here]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes what lies over it.
  useEffect(() => setPopped(false), [pathname]);

  const name = nameOf(chapter.title, i18n.language);
  const open = narrow ? popped : unfolded;
  const turn = () => {
    if (narrow) return;
    keepOpen(chapter.id, !unfolded);
    setUnfolded(!unfolded);
  };
  const button = (
    <button
      type="button"
      className={`nav-chapter ${here ? "here" : ""}`}
      aria-expanded={open}
      aria-controls={open ? id : undefined}
      aria-label={name}
      title={narrow ? name : undefined}
      onClick={turn}
    >
      <ChapterIcon name={chapter.icon} page="chapter" />
      <span>{name}</span>
      <ChevronRight size={13} className="nav-twig" aria-hidden />
    </button>
  );
  return (
    <li>
      {narrow ? (
        <Popover
          open={popped}
          onOpenChange={setPopped}
          trigger="click"
          placement="rightTop"
          classNames={{ root: "nav-popped" }}
          content={
            <nav className="nav" aria-label={name}>
              <Pages chapter={chapter} id={id} />
            </nav>
          }
        >
          {button}
        </Popover>
      ) : (
        button
      )}
      {!narrow && unfolded && <Pages chapter={chapter} id={id} />}
    </li>
  );
}

/** The chapters in the menu: each unfolds to its boards and records. */
export function ChapterNav() {
  const chapters = useChapters();
  const narrow = useNarrow();
  if (chapters.length === 0) return null;
  return (
    <ul className="nav-group">
      {chapters.map((chapter) => (
        <ChapterGroup key={chapter.id} chapter={chapter} narrow={narrow} />
      ))}
    </ul>
  );
}
