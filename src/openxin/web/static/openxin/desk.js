// What makes the desk handier where scripts run. Without it every page does the same: a file is chosen by its button, and the page
// of a file that is worked on asks again by itself.
"use strict";

// Progress: ask for the part that changes; when the file has come to another state, ask for the page.
const followed = document.querySelector("[data-follow]");
if (followed) {
  const again = () => setTimeout(ask, 1000);
  const ask = async () => {
    try {
      const answer = await fetch(followed.dataset.follow, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.headers.has("HX-Refresh")) return location.reload();
      followed.innerHTML = await answer.text();
    } catch {
      // The register is away for a moment: the work goes on, and so do we.
    }
    again();
  };
  again();
}

// A file may be dropped anywhere on its field. One that misses it must not replace the page.
const field = document.querySelector("[data-drop]");
if (field) {
  const input = field.querySelector("input");
  field.querySelector("[data-drop-words]").hidden = false;
  const over = (is) => field.classList.toggle("over", is);
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => event.preventDefault());
  field.addEventListener("dragover", () => over(true));
  field.addEventListener("dragleave", () => over(false));
  field.addEventListener("drop", (event) => {
    over(false);
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    input.focus();
  });
  // A large file takes a while: say so, and take it once.
  input.form.addEventListener("submit", () => {
    const button = input.form.querySelector("[data-busy]");
    button.textContent = button.dataset.busy;
    button.setAttribute("aria-busy", "true");
    setTimeout(() => { button.disabled = true; });
  });
  // Whoever comes back by the browser's own button finds the form as it was.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

document.querySelector("[data-focus]")?.focus();
