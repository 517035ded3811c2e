/* Files of the DICOM page: chosen or dropped, images left out, sent in pieces with resume, and the EQD2 map that comes back.
   Names of files stay in this page; the server is told sizes only. */
(() => {
    "use strict";
    const PIECE = 4 * 1024 * 1024, TRIES = 5, HEADERS = { "X-Requested-With": "rtcalc" };
    const RT = "1.2.840.10008.5.1.4.1.1.481.", HEAD = 4096;
    let sending = null;

    const set = (id, props) => window.dash_clientside.set_props(id, props);
    const wait = (ms) => new Promise((done) => setTimeout(done, ms));
    const say = (text) => set("dicom-upload-status", { children: text });

    /* --- choosing ----------------------------------------------------------------------------------------------- */
    function picker(id, text, properties, chosen) {
        const label = document.createElement("label"), input = document.createElement("input");
        label.className = "pick-label";
        input.type = "file";
        input.id = id;
        for (const [name, value] of Object.entries(properties)) input[name] = value;
        input.addEventListener("change", () => { const files = [...input.files]; input.value = ""; if (files.length) chosen(files); });
        label.append(text, input);
        return label;
    }

    function furnish() {
        const pick = document.getElementById("dicom-pick");
        if (pick && !pick.childElementCount) {
            pick.append(
                picker("dicom-files", "Files or a zip", { multiple: true }, send),
                picker("dicom-folder", "Folder", { webkitdirectory: true }, send),
            );
        }
        const names = document.getElementById("dicom-names-pick");
        if (names && !names.childElementCount) {
            names.append(picker("dicom-names-input", "Open names", { accept: ".yaml,.yml,.json" }, async (files) => {
                const text = files[0].size > 2e6 ? "" : await files[0].text();
                set("dicom-names-text", { data: { text, at: Date.now() } });
            }));
        }
    }
    new MutationObserver(furnish).observe(document.documentElement, { childList: true, subtree: true });

    const zone = (event) => event.target instanceof Element && event.target.closest("#dicom-drop");
    document.addEventListener("dragover", (event) => {
        const found = zone(event);
        if (found) { event.preventDefault(); found.classList.add("dropping"); }
    });
    document.addEventListener("dragleave", (event) => zone(event)?.classList.remove("dropping"));
    document.addEventListener("drop", async (event) => {
        const found = zone(event);
        if (!found) return;
        event.preventDefault();
        found.classList.remove("dropping");
        const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
        const files = (await Promise.all(entries.map(below))).flat();
        if (files.length) send(files);
    });

    /* Files of a dropped folder and of those in it. */
    async function below(entry) {
        if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
        const reader = entry.createReader(), found = [];
        for (;;) {
            const some = await new Promise((done, failed) => reader.readEntries(done, failed));
            if (!some.length) break;
            for (const one of some) found.push(...await below(one));
        }
        return found;
    }

    /* A DICOM object that is no RT object: not needed, so it is not sent. */
    async function isImage(file) {
        const head = new TextDecoder("latin1").decode(await file.slice(0, HEAD).arrayBuffer());
        return head.slice(128, 132) === "DICM" && !head.includes(RT);
    }

    /* --- sending ------------------------------------------------------------------------------------------------ */
    class Refused extends Error {}

    async function answered(response) {
        if (response.status >= 500) throw new Error(`the server answers ${response.status}`);
        if (!response.ok && response.status !== 409) throw new Refused(await response.text());
        return response.json();
    }

    /* Again after a broken connection, five times, a little later each time. */
    async function patiently(ask, signal) {
        for (let tries = 0; ; tries++) {
            try {
                return await answered(await ask());
            } catch (problem) {
                if (problem instanceof Refused || signal.aborted || tries === TRIES) throw problem;
                say(`The connection broke; trying again (${tries + 1} of ${TRIES}) ..`);
                await wait(250 * 2 ** tries);
            }
        }
    }

    async function sendOne(file, signal, sent) {
        const body = JSON.stringify({ size: file.size });
        const { id } = await patiently(() => fetch("/upload", {
            method: "POST", headers: { ...HEADERS, "Content-Type": "application/json" }, body, signal,
        }), signal);
        for (let offset = 0; offset < file.size;) {
            const from = offset;
            ({ offset } = await patiently(() => fetch(`/upload/${id}?offset=${from}`, {
                method: "PUT", headers: HEADERS, body: file.slice(from, from + PIECE), signal,
            }), signal));
            sent(offset);
        }
        return id;
    }

    async function send(files) {
        sending?.abort();
        const stop = sending = new AbortController();
        say("Looking at the files ..");
        const wanted = [];
        for (const file of files) if (files.length === 1 || !(await isImage(file))) wanted.push(file);
        const images = files.length - wanted.length, total = wanted.reduce((sum, file) => sum + file.size, 0);
        set("dicom-progress", { value: "0", max: String(Math.max(total, 1)), hidden: false });
        const ids = [];
        let before = 0;
        try {
            for (const [at, file] of wanted.entries()) {
                say(`Sending file ${at + 1} of ${wanted.length} ..`);
                ids.push(await sendOne(file, stop.signal, (offset) => set("dicom-progress", { value: String(before + offset) })));
                before += file.size;
            }
        } catch (problem) {
            if (sending !== stop) return;  // another choice has taken its place
            set("dicom-progress", { hidden: true });
            const why = problem instanceof Refused ? problem.message : "The server cannot be reached; choose the files again.";
            say(why);
            return;
        }
        if (sending !== stop) return;
        set("dicom-progress", { hidden: true });
        const left = images ? `; images not sent, because doses do not need them: ${images}` : "";
        say(`Files sent: ${ids.length}${left}.`);
        list(wanted);
        set("dicom-sent", { data: { ids, at: Date.now() } });
    }

    /* Which file is which: the messages of the server speak of file-1, file-2. */
    function list(files) {
        const names = files.map((file, at) => `file-${at + 1} is ${file.webkitRelativePath || file.name}`);
        const item = (text) => ({ namespace: "dash_html_components", type: "Li", props: { children: text } });
        const summary = { namespace: "dash_html_components", type: "Summary", props: { children: "Your files (these names stay in this page)" } };
        const rows = { namespace: "dash_html_components", type: "Ul", props: { children: names.map(item) } };
        set("dicom-sent-files", { children: [{ namespace: "dash_html_components", type: "Details", props: { children: [summary, rows] } }] });
    }

    /* --- the map that comes back ---------------------------------------------------------------------------------- */
    window.dash_clientside = window.dash_clientside || {};
    window.dash_clientside.dicom = {
        map: async (_clicks, study, course, alpha_beta, stated) => {
            let response;
            try {
                response = await fetch("/dicom/eqd2-map", {
                    method: "POST", headers: { ...HEADERS, "Content-Type": "application/json" },
                    body: JSON.stringify({ study, course, alpha_beta, stated }),
                });
            } catch {
                return "The server cannot be reached.";
            }
            if (!response.ok) return await response.text();
            const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") || "");
            const link = document.createElement("a");
            link.href = URL.createObjectURL(await response.blob());
            link.download = name ? name[1] : "eqd2.dcm";
            link.click();
            URL.revokeObjectURL(link.href);
            return `${link.download} was saved by your browser.`;
        },
    };
})();
