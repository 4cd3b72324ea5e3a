// Recovery codes: kept as a file, or on paper.

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
  if (!event.target.closest("[data-save-codes]")) return;
  const codes = document.querySelector("[data-codes]");
  const file = new Blob([`${codes.dataset.codes}\n\n${codes.textContent}\n`], { type: "text/plain" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: codes.dataset.file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
