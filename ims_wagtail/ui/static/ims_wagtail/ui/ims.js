// Starts govuk-frontend's own scripts. Every page works without this file; with it, conditional
// questions fold away, errors take the focus and buttons ignore a double click.

import { initAll, Radios } from "../govuk/govuk-frontend.min.js";

// A radio button has no expanded state in ARIA, and saying it has is a failure of WCAG 4.1.2. The
// parts that fold away still follow their answer in the reading order.
const follow = Radios.prototype.syncConditionalRevealWithInputState;
Radios.prototype.syncConditionalRevealWithInputState = function (radio) {
  follow.call(this, radio);
  radio.removeAttribute("aria-expanded");
};

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A print button is no use without JavaScript, so it starts hidden.
for (const button of document.querySelectorAll("[data-ims-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
