// Light, dark or as the system says. Not a module: it runs before the first paint, so nothing flashes.
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  function stored() {
    try {
      return localStorage.getItem("theme") || "";
    } catch {
      return "";
    }
  }

  function show(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-switch] button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
  }

  show(stored());
  addEventListener("storage", (event) => event.key === "theme" && show(stored()));
  addEventListener("DOMContentLoaded", () => {
    for (const group of document.querySelectorAll("[data-theme-switch]")) group.hidden = false;
    show(stored());
    document.addEventListener("click", (event) => {
      const button = event.target.closest("[data-theme-switch] button");
      if (!button) return;
      try {
        localStorage.setItem("theme", button.value);
      } catch {
        // A browser that keeps nothing still changes this page.
      }
      show(button.value);
    });
  });
})();
