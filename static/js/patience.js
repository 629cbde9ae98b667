// Patience: the shell's scripts come one by one, and one that is lost on the way, or a store that never answers, would
// leave the page waiting for good. Then it says so, in every language, since none is known yet.
const PATIENCE = 15_000; // milliseconds

const loading = document.getElementById("loading");
const impatient = () => loading.querySelector("[role=alert]").removeAttribute("hidden"); // the first screen takes its place

document.getElementById("shell").addEventListener("error", impatient);
setTimeout(impatient, PATIENCE);
