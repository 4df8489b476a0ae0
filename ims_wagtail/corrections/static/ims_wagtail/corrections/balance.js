// Adds both sides up while amounts are typed. The form works without this file: its button
// "Update and check" brings the page back with the same sums.

const form = document.querySelector("[data-ims-balance]")?.closest("form");

function pence(typed) {
  const plain = typed.replace(/[£,\s]/g, "");
  return /^\d+(\.\d\d)?$/.test(plain) ? Math.round(Number(plain) * 100) : 0;
}

function pounds(amount) {
  const size = (Math.abs(amount) / 100).toLocaleString("en-GB", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  return `${amount < 0 ? "-" : ""}£${size}`;
}

function sum(side) {
  const inputs = form.querySelectorAll(`[data-ims-side="${side}"]`);
  return [...inputs].reduce((total, input) => total + pence(input.value), 0);
}

function show(name, amount) {
  const words = pounds(amount);
  for (const place of form.querySelectorAll(`[data-ims-total="${name}"]`)) {
    // Only what changed is spoken.
    if (place.textContent !== words) place.textContent = words;
  }
}

function update() {
  const taken = sum("take");
  const given = sum("give");
  show("take", taken);
  show("give", given);
  show("rest", taken - given);
}

form?.addEventListener("input", update);
