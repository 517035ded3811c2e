/* The address holds the calculator's state, in gray and with a point: /?v=1&s=45/5,5x8@80&tt=rcc&abt=2.6&tl=small-bowel&abl=3
   A schedule is total/fractions, fractions x dose per fraction, total/x dose per fraction, or all three; @ is the isodose. */
window.rtcalc = window.rtcalc || {};
window.rtcalc.address = (() => {
    const VERSION = "1", LONGEST = 2000, MOST_SCHEDULES = 6;
    const KNOWN = ["v", "s", "tt", "abt", "tl", "abl"];
    const DIGITS = "\\d{1,5}(?:\\.\\d{1,10})?";
    const SCHEDULE = new RegExp(`^(?:(${DIGITS})/)?(\\d{1,3})?(?:x(${DIGITS}))?(?:@(${DIGITS}|unknown))?$`);
    const SIDES = [["tumour", "tt", "abt", "Tumour alpha/beta"], ["late", "tl", "abl", "Late alpha/beta"]];
    const quoted = (text) => ([...text].length > 40 ? `"${[...text].slice(0, 40).join("")}…"` : `"${text}"`);

    function write(state) {
        const parts = [];
        for (const form of state.schedules) {
            const reading = rtcalc.reading.read(form, state.unit);
            if (reading.schedule === null) continue;
            const gray = (name) => (form[name].trim()
                ? rtcalc.decimals.plain(rtcalc.fields.gray(form[name], name, state.unit)) : "");
            const total = gray("total"), each = gray("each");
            const count = form.fractions.trim() ? rtcalc.fields.whole(form.fractions, "fractions") : "";
            const at = "isodose" in reading.problems || reading.isodose === 100 ? ""
                : `@${reading.isodose === null ? "unknown" : rtcalc.decimals.plain(reading.isodose)}`;
            parts.push(`${total && `${total}/`}${count}${each && `x${each}`}${at}`);
        }
        const pairs = [`v=${VERSION}`, `s=${parts.join(",")}`];
        for (const [side, tissue, ratio, what] of SIDES) {
            pairs.push(`${tissue}=${encodeURIComponent(state[side].tissue)}`);
            const found = rtcalc.reading.attempt(() => rtcalc.reading.ratio(state[side].ratio, what));
            if (!found.problem) pairs.push(`${ratio}=${rtcalc.decimals.plain(found.value)}`);
        }
        return `?${pairs.join("&")}`;
    }

    /* The part of an address that is valid, in gray, and what was left out of it, in words. */
    function read(search, start, tissues) {
        const form = structuredClone(start), left = [];
        if (search.length > LONGEST) return { form, left: [`everything: ${search.length} characters, at most ${LONGEST} are read`] };
        const given = new URLSearchParams(search);
        const version = given.get("v");
        if (version !== null && version !== VERSION)
            return { form, left: [`everything: version ${quoted(version)} of the address is not known here, only ${VERSION}`] };
        if (version === null) left.push("nothing, but the address names no version; it was read as version 1");
        for (const key of new Set(given.keys())) {
            if (!KNOWN.includes(key)) left.push(`${quoted(key)}: not known`);
            else if (given.getAll(key).length > 1) left.push(`${quoted(key)} stands ${given.getAll(key).length} times; the first was read`);
        }
        schedules(given.get("s"), form, left);
        for (const side of SIDES) tissue(given, side, form, left, tissues);
        return { form, left };
    }

    function schedules(text, form, left) {
        if (text === null) { left.push("no schedules in it; the first page's one is shown"); return; }
        const found = [];
        for (const part of text.split(",")) {
            const match = SCHEDULE.exec(part);
            if (!match) { left.push(`schedule ${quoted(part)}: not readable`); continue; }
            const [, total = "", fractions = "", each = "", isodose = "100"] = match;
            const one = { total, fractions, each, isodose };
            const problems = Object.values(rtcalc.reading.read(one, "Gy").problems);
            if (problems.length) left.push(`schedule ${quoted(part)}: ${problems[0]}`);
            else if (found.length === MOST_SCHEDULES) left.push(`schedule ${quoted(part)}: more than ${MOST_SCHEDULES}`);
            else found.push(one);
        }
        if (found.length) form.schedules = found;
        form.selected = 0;
    }

    function tissue(given, [side, tissueKey, ratioKey, what], form, left, tissues) {
        const name = given.get(tissueKey), text = given.get(ratioKey);
        if (name === null && text === null) {
            left.push(`no ${what[0].toLowerCase()}${what.slice(1)} in it; ${form[side].ratio} Gy of the first page is shown`);
            return;
        }
        const known = name !== null && (name === "own" || Object.hasOwn(tissues, name));
        if (name !== null && !known) left.push(`tissue ${quoted(name)}: not known`);
        if (text !== null) {
            const found = rtcalc.reading.attempt(() => rtcalc.reading.ratio(text, what));
            if (!found.problem) { form[side] = { tissue: known ? name : "own", ratio: rtcalc.decimals.plain(found.value) }; return; }
            left.push(`${ratioKey}: ${found.problem}`);
        }
        if (known && name !== "own") form[side] = { tissue: name, ratio: tissues[name].values[0][0] };
    }

    return { write, read };
})();
