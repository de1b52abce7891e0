// Chooses the classes of <html> from the user's choice and the system's. Loaded before the styles; the settings page
// calls `aegisTheme.apply()` after it has stored a new choice.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const contrast = matchMedia("(prefers-contrast: more)");

  const stored = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // no storage, no choice: the system decides
    }
  };

  const apply = () => {
    const theme = stored("aegis.theme");
    const classes = document.documentElement.classList;
    classes.toggle("dark", theme === "dark" || (theme !== "light" && dark.matches));
    classes.toggle("contrast", stored("aegis.contrast") === "more" || contrast.matches);
  };

  dark.addEventListener("change", apply);
  contrast.addEventListener("change", apply);
  apply();
  window.aegisTheme = { apply };
})();
