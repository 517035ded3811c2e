/* The case page: its panel, filters, the text editor beside the held text, opening a file, printing. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.case = {
    toggle: (clicks, open) => (clicks ? !open : window.dash_clientside.no_update),
    panel: (open) => [open ? "case-layout" : "case-layout closed", open ? "Hide the form" : "Edit case"],
    filter: (states, severities) => {
        const shown = (words, kind) => (words && words.length
            ? [`by-${kind}`, ...words.map((word) => `show-${word.replace(/_/g, "-")}`)] : []);
        return [...shown(states, "state"), ...shown(severities, "severity")].join(" ");
    },
    /* What is typed becomes the held text; a text that is held for another reason is shown in the editor. */
    hold: (typed, held) => {
        if ((typed || "") !== (held || "")) window.dash_clientside.set_props("held-case", { data: typed });
        return window.dash_clientside.no_update;
    },
    edit: (held, typed) => ((held || "") === (typed || "") ? window.dash_clientside.no_update : held || ""),
};
(() => {
    const MOST_BYTES = 2000000;
    const say = (words) => window.dash_clientside.set_props("case-file-problem", {
        children: words && { namespace: "dash_html_components", type: "Div",
            props: { className: "notice notice-error", role: "alert", children: words } },
    });

    async function take(file) {
        if (file.size > MOST_BYTES)
            return say(`${file.name}: ${file.size} bytes; a case file has at most ${MOST_BYTES}. The open case stays.`);
        let text;
        try {
            text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
        } catch {
            return say(`${file.name}: not UTF-8 text; save it as UTF-8. The open case stays.`);
        }
        if (!text.trim()) return say(`${file.name} is empty. The open case stays.`);
        say(null);
        window.dash_clientside.set_props("held-case", { data: text });
        window.dash_clientside.set_props("case-panel-open", { data: false });
    }

    document.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button && button.id === "case-print") window.print();
        if (!button || button.id !== "case-open-file") return;
        const input = document.createElement("input");
        input.type = "file";
        input.accept = ".yaml,.yml,.json,text/plain";
        input.addEventListener("change", () => { if (input.files.length) take(input.files[0]); });
        input.click();
    });
    /* On paper everything is open. */
    window.addEventListener("beforeprint", () => {
        document.querySelectorAll(".case-results details:not([open])").forEach((one) => {
            one.dataset.closed = ""; one.open = true;
        });
    });
    window.addEventListener("afterprint", () => {
        document.querySelectorAll(".case-results details[data-closed]").forEach((one) => {
            one.open = false; delete one.dataset.closed;
        });
    });
})();
