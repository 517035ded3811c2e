/* An answer of the server that fails is said: what the page shows may then belong to what was entered before. */
(() => {
    const CALLBACK = "/_dash-update-component", failed = new Map(), ask = window.fetch;
    let leaving = false;  // a request that is cut because the page is left is no failure
    addEventListener("pagehide", () => { leaving = true; });

    function show() {
        const shown = document.getElementById("trouble");
        if (!failed.size || leaving) { shown?.remove(); return; }
        const place = shown || document.body.appendChild(
            Object.assign(document.createElement("div"), { id: "trouble", className: "notice notice-error", role: "alert" }));
        place.textContent = "Parts of this page are not up to date: they may belong to what was entered before. " +
            `${[...failed.values()].at(-1)} Enter it again, or reload the page.`;
    }

    /* Which part of the page an answer is for: a later answer for the same part ends its trouble. */
    function part(options) {
        try { return JSON.parse(options.body).output; } catch { return ""; }
    }

    window.fetch = async (address, options) => {
        if (!String(address).includes(CALLBACK)) return ask(address, options);
        const output = part(options);
        try {
            const answer = await ask(address, options);
            if (answer.ok) failed.delete(output); else failed.set(output, await answer.clone().text());
            return answer;
        } catch (problem) {
            failed.set(output, "The server does not answer.");
            throw problem;
        } finally { show(); }
    };
})();
