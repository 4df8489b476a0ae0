// Looks every few seconds whether the state shown has changed, and shows the page anew when it has.
// Without this file the link "Look again" does the same.

const PAUSE = 5000;

const shown = () => document.querySelector("[data-ims-live]");

async function look() {
  if (document.hidden) return wait();
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    // Whoever was signed out meanwhile is sent to the login: nothing more can be told.
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-ims-live]");
    if (fresh && fresh.dataset.imsState !== shown().dataset.imsState) {
      // The words stay in the element they were in, so that their change is read out.
      shown().dataset.imsState = fresh.dataset.imsState;
      shown().dataset.imsLive = fresh.dataset.imsLive;
      shown().querySelector("[role=status]").textContent =
        fresh.querySelector("[role=status]").textContent;
      for (const part of [...shown().children].slice(2)) part.remove();
      shown().append(...[...fresh.children].slice(2));
    }
  } catch {
    // The network is away for a moment; the next look may do.
  }
  wait();
}

function wait() {
  if (shown().dataset.imsLive === "yes") setTimeout(look, PAUSE);
}

wait();
