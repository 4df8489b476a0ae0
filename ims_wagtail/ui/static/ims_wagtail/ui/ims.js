// Starts govuk-frontend's own scripts. Every page works without this file; with it, conditional
// questions fold away, errors take the focus and buttons ignore a double click.

import { initAll } from "../govuk/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A print button is no use without JavaScript, so it starts hidden.
for (const button of document.querySelectorAll("[data-ims-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
