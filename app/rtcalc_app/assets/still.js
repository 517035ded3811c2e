/* The numbers that the server wrote into the document (document.py): shown at once, and taken away in the moment in which
   the page itself shows its own. They are those of the address, in gray and with a point; where this browser or this tab
   keeps something else, they are hidden. This script runs before anything is drawn. */
(() => {
    const PAGE = "main.page:not(.waiting) #calculator-rows", KEPT = "rtcalc-calculator";
    const root = document.documentElement;

    const parsed = (storage, key) => {
        try { return JSON.parse(window[storage].getItem(key)); } catch { return null; }
    };
    /* What Dash keeps of a switch in the header is a pair: what was chosen, and what it was chosen instead of. */
    const chosen = (name) => parsed("localStorage", `_dash_persistence.${name}.value.true`)?.[0] ?? null;

    /* Whether what was typed is, to the character, what the address says. */
    function said({ schedules, selected, tumour, late, unit, undo }) {
        const parts = schedules.map(({ total, fractions, each, isodose }) =>
            `${total && `${total}/`}${fractions}${each && `x${each}`}${isodose === "100" ? "" : `@${isodose}`}`);
        const sides = `tt=${tumour.tissue}&abt=${tumour.ratio}&tl=${late.tissue}&abl=${late.ratio}`;
        return unit === "Gy" && selected === 0 && !undo && `?v=1&s=${parts.join(",")}&${sides}` === location.search;
    }

    /* As `start` in calculator_state.js: what the tab keeps counts with its own address, or without any. */
    function another() {
        if (![null, "gy"].includes(chosen("unit")) || ![null, "point"].includes(chosen("decimal"))) return true;
        const kept = parsed("sessionStorage", KEPT);
        if (!kept || (location.search !== "" && location.search !== kept.address)) return false;
        try { return !said(kept.state); } catch { return true; }
    }

    /* Messages and calculation come to the page with the first answer. Until then, or until something is changed, those of
       the server stand in places of the page that it leaves empty. */
    function carry(still, rows) {
        const places = [...document.querySelectorAll("main#page .first")];
        [...still.querySelectorAll(".first")].forEach((part, at) => places[at].replaceChildren(...part.childNodes));
        const changes = new MutationObserver(() => {
            changes.disconnect();
            for (const place of places) place.replaceChildren();
        });
        for (const watched of [rows, document.getElementById("calculator-formula")]) changes.observe(watched, { childList: true });
    }

    root.classList.add("opening");
    root.classList.toggle("another-at-first", another());
    root.classList.toggle("dark-at-first", chosen("scheme") === "dark");
    new MutationObserver((_, watch) => {
        const rows = document.querySelector(`${PAGE}:has(td)`), still = document.getElementById("still");
        if (!rows && !document.querySelector("._dash-error")) return;
        watch.disconnect();
        if (rows && !root.classList.contains("another-at-first")) carry(still, rows);
        still.remove();
        root.classList.remove("opening", "another-at-first", "dark-at-first");
    }).observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
})();
