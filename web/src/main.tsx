import "@fontsource-variable/inter/wght.css";
import "./app/app.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { isDark, loadPreferences } from "./app/preferences";
import { paint } from "./app/theme";
import { startTexts } from "./i18n";

const preferences = loadPreferences();
paint(isDark(preferences.theme));

startTexts(preferences.language).then(() => {
  const place = document.getElementById("root");
  if (place) createRoot(place).render(<App initial={preferences} />);
});
