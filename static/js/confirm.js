// <form data-confirm="A question?" data-yes="Delete">: asks before it is sent.

let dialog;

function build() {
  const words = document.documentElement.dataset;
  dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "confirm-question");
  const question = Object.assign(document.createElement("p"), { id: "confirm-question" });
  const actions = Object.assign(document.createElement("form"), { method: "dialog", className: "actions" });
  const no = Object.assign(document.createElement("button"), { className: "button", value: "", textContent: words.cancel });
  const yes = Object.assign(document.createElement("button"), { className: "button primary", value: "yes" });
  actions.append(no, yes);
  dialog.append(question, actions);
  document.body.append(dialog);
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.dataset.confirm || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!dialog) build();
    const submitter = event.submitter;
    dialog.querySelector("p").textContent = form.dataset.confirm;
    dialog.querySelector(".primary").textContent = form.dataset.yes || submitter?.textContent || "OK";
    dialog.returnValue = "";
    dialog.onclose = () => {
      if (dialog.returnValue !== "yes") return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter);
      delete form.dataset.confirmed;
    };
    dialog.showModal();
  },
  true,
);
