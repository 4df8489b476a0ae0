// Explains a reference while its rule is being written. The form works without this file: its
// button "Try it" brings the page back with the same explanation.

const box = document.querySelector("[data-ims-try]");
const form = box.closest("form");
const sample = box.querySelector("input");
const button = box.querySelector("button[type=submit]");
const result = box.querySelector("[data-ims-try-result]");

// Long enough not to ask, nor to speak, at every key.
const PAUSE = 400;

let waiting;
let asked;

async function explain() {
  clearTimeout(waiting);
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  let found = "";
  try {
    const response = await fetch(box.dataset.imsTry, {
      method: "POST",
      body: new FormData(form),
      signal,
    });
    // Whoever was signed out meanwhile is sent to the login, which is no explanation.
    if (!response.ok || response.redirected) throw new Error(response.statusText);
    found = await response.text();
  } catch {
    if (!signal.aborted) result.textContent = result.dataset.imsTryFailed;
    return;
  }
  // An older answer must not stand beside newer words.
  if (!signal.aborted) result.innerHTML = found;
}

function explainSoon() {
  clearTimeout(waiting);
  if (sample.value) {
    waiting = setTimeout(explain, PAUSE);
  } else {
    asked?.abort();
    result.replaceChildren();
  }
}

form.addEventListener("input", explainSoon);
form.addEventListener("change", explainSoon);
// Not at "submit": the form would believe that its changes are saved.
button.addEventListener("click", (event) => {
  event.preventDefault();
  explain();
});
