// How long each click on a row of the list took until its ticket was on the screen: globalThis.opened.
globalThis.opened = [];

addEventListener(
  "click",
  (click) => {
    const row = click.target.closest(".row");
    if (!row) return;
    new MutationObserver((_changes, observer) => {
      const shown = document.querySelector("article[data-ticket]");
      if (`row-${shown?.dataset.ticket}` !== row.id) return;
      observer.disconnect();
      // A message that is sent in a frame arrives once that frame is painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => globalThis.opened.push(performance.now() - click.timeStamp);
      requestAnimationFrame(() => port2.postMessage(""));
    }).observe(document, { childList: true, subtree: true });
  },
  { capture: true },
);
