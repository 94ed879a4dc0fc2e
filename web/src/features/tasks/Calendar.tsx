import { Button } from "antd";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Task } from "../../api/loop";
import { useFormat } from "../../format/useFormat";
import { isLate, isOpen, today, useTaskTitle } from "./due";
import { shiftMonth, weeksOf } from "./month";

interface CalendarProps {
  tasks: Task[];
  month: string | undefined;
  setMonth(month: string): void;
  open(id: number): void;
}

const dayNumber = (day: string) => Number(day.slice(8));

/** A month of due days. */
export function Calendar({ tasks, month = today().slice(0, 7), setMonth, open }: CalendarProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const titleOf = useTaskTitle();
  const weeks = weeksOf(month);
  const name = new Intl.DateTimeFormat(i18n.language === "en" ? "en-GB" : i18n.language, {
    year: "numeric",
    month: "long",
    timeZone: "UTC",
  }).format(new Date(`${month}-01T00:00:00Z`));
  const weekday = new Intl.DateTimeFormat(i18n.language, { weekday: "short", timeZone: "UTC" });
  const undated = tasks.filter((task) => isOpen(task) && !task.due).length;
  return (
    <section className="panel calendar" aria-label={name}>
      <div className="panel-title">
        <Button
          size="small"
          aria-label={t("tasks.earlier_month")}
          icon={<ChevronLeft size={14} />}
          onClick={() => setMonth(shiftMonth(month, -1))}
        />
        <h2 aria-live="polite">{name}</h2>
        <Button
          size="small"
          aria-label={t("tasks.later_month")}
          icon={<ChevronRight size={14} />}
          onClick={() => setMonth(shiftMonth(month, 1))}
        />
        <span className="mut sm">{undated > 0 && t("tasks.undated", { count: undated })}</span>
      </div>
      <table>
        <thead>
          <tr>
            {(weeks[0] ?? []).map((day) => (
              <th key={day} scope="col">
                {weekday.format(new Date(`${day}T00:00:00Z`))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <td key={day} className={day === today() ? "today" : ""}>
                  <span
                    className={day.startsWith(month) ? "calendar-day" : "calendar-day mut"}
                    title={format.day(day)}
                  >
                    {dayNumber(day)}
                  </span>
                  <ul>
                    {tasks
                      .filter((task) => task.due === day)
                      .map((task) => (
                        <li key={task.id}>
                          <button
                            type="button"
                            className={`link ${isLate(task) ? "neg" : ""} ${isOpen(task) ? "" : "over-with"}`}
                            onClick={() => open(task.id)}
                          >
                            {titleOf(task)}
                            <span className="mut"> {task.owner}</span>
                          </button>
                        </li>
                      ))}
                  </ul>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
