// The way to the server that all pages of a browser share: an EventSource, or where the server keeps
// no connections, a question now and then.
const ASKS_EVERY = 20_000; // milliseconds
const ASKS_IDLY = 60_000;
const IDLE_AFTER = 300_000;
const FIRST_PAUSE = 2000; // doubled each time that the stream fails at once

/**
 * *paths* are the addresses of the stream and of the questions. *hear* gets what comes, {name, data,
 * mark}: a name of the server's ("ticket", "missed", "people", "notice"), or "over" after a sign-out.
 */
export function stream(paths, hear) {
  let source = null;
  let isOpen = false;
  let asks = false; // now and then, instead of listening
  let failures = 0;
  let tickets = [];
  let mark = "";
  let timer;
  let turn = 0; // what was asked for in an earlier one isn't wanted any more
  let touched = Date.now();

  function address(path) {
    const url = new URL(path, location.href);
    for (const ticket of tickets) url.searchParams.append("ticket", ticket);
    if (mark) url.searchParams.set("since", mark);
    return url;
  }

  function close() {
    clearTimeout(timer);
    source?.close();
    source = null;
    isOpen = false;
    turn += 1;
  }

  /** Be at the tickets *shown*, and tell what came after *since*. */
  function open(shown, since) {
    close();
    isOpen = true;
    [tickets, mark, touched] = [shown, since, Date.now()];
    if (asks) ask();
    else listen();
  }

  function tell(name, data, newest) {
    mark = newest || mark;
    hear({ name, data, mark });
  }

  function listen() {
    const mine = (source = new EventSource(address(paths.stream)));
    const opened = Date.now();
    const on = (name, heard) => mine.addEventListener(name, (event) => source === mine && heard(event));
    for (const name of ["ticket", "missed", "people", "notice"]) {
      on(name, ({ data, lastEventId }) => tell(name, JSON.parse(data), lastEventId));
    }
    on("missed", () => tell("notice")); // perhaps
    on("open", () => tell("notice")); // one that came meanwhile isn't told again
    on("bye", ({ data }) => {
      close(); // of too many browsers the oldest rests until it is looked at again
      if (JSON.parse(data).why === "signed-out") tell("over");
    });
    on("error", () => {
      // It tries again by itself after a lost connection, but not after an answer that is no stream.
      if (mine.readyState !== EventSource.CLOSED) return;
      failures = Date.now() - opened > ASKS_IDLY ? 0 : failures + 1;
      asks = true;
      timer = setTimeout(ask, Math.min(FIRST_PAUSE * 2 ** (failures - 1), ASKS_IDLY));
    });
  }

  async function ask() {
    const mine = turn;
    let canListen = false;
    try {
      const answer = await fetch(address(paths.together), { redirect: "manual" });
      if (mine !== turn) return;
      if (answer.type === "opaqueredirect" || answer.status === 403) return tell("over");
      if (answer.ok) canListen = answered(await answer.json());
    } catch {
      // No connection: the next time, perhaps.
    }
    if (mine !== turn) return;
    asks = !canListen;
    if (canListen) listen();
    else timer = setTimeout(ask, Date.now() - touched > IDLE_AFTER ? ASKS_IDLY : ASKS_EVERY);
  }

  /** Pass on what was answered; whether listening can be tried again. */
  function answered(answer) {
    if (!answer.news) tell("missed", {}, answer.mark);
    for (const one of answer.news || []) tell("ticket", one, answer.mark);
    if (answer.news?.length) tell("notice"); // perhaps
    for (const one of answer.people) tell("people", one);
    mark = answer.mark;
    return answer.stream;
  }

  return { open, close, isOpen: () => isOpen };
}
