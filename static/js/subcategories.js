// <select data-subcategory-of="id of the category's select">: shows only the children of the chosen
// category. Its options carry data-parent (the category's value) and may carry data-label, the name
// without its parent's. Without script it lists them all.
import { all, onPart } from "./page.js";

onPart((root) => {
  for (const select of all(root, "select[data-subcategory-of]")) {
    const category = document.getElementById(select.dataset.subcategoryOf);
    if (!category) continue;
    const options = [...select.options];
    for (const option of options) if (option.dataset.label) option.textContent = option.dataset.label;

    const show = () => {
      const fitting = options.filter((o) => !o.dataset.parent || o.dataset.parent === category.value);
      const chosen = fitting.includes(select.selectedOptions[0]) ? select.value : "";
      select.replaceChildren(...fitting);
      select.value = chosen;
      (select.closest(".field") || select).hidden = !fitting.some((o) => o.dataset.parent);
    };
    category.addEventListener("change", () => {
      show();
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    show();
  }
});
