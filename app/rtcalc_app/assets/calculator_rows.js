/* One line of the table, as in services/calculator/rows.py: the same operations in the same order, the same texts. */
window.rtcalc = window.rtcalc || {};
window.rtcalc.rows = (() => {
    const MARK = 100, DASH = "—", SHOWN_EACH = 4;
    const SUBSCRIPTS = { "0": "₀", "1": "₁", "2": "₂", "3": "₃", "4": "₄", "5": "₅", "6": "₆", "7": "₇", "8": "₈", "9": "₉" };

    /* Doses as they are shown, as in display.py. */
    function display(unit, comma) {
        const { fixed, beside, plain } = rtcalc.decimals;
        const centi = unit === "cGy";
        const mark = (digits) => (comma ? digits.replace(".", ",") : digits);
        const gray = (x, places = 1) => mark(centi ? fixed(x * 100, Math.max(places - 2, 0)) : fixed(x, places));
        const dose = (x, places) => `${gray(x, places)} ${unit}`;
        const next = (x, bound) =>
            `${mark(centi ? beside(x * 100, bound * 100, 0) : beside(x, bound, 1))} ${unit}`;
        const bed = (x, ratio, bound) => (bound === undefined ? dose(x) : next(x, bound)) +
            mark(plain(ratio)).replace(/[0-9]/g, (digit) => SUBSCRIPTS[digit]);
        const ratio = (x, mode) => `${mark(fixed(x, 2, mode))} Gy`;
        const digits = (x) => mark(plain(centi ? x * 100 : x));
        return { unit, mark, dose, bed, ratio, digits };
    }

    /* lq.bed: the same three steps. */
    function bed({ total, fractions }, ratio) {
        let result = total * (1 / (fractions * ratio));
        result += 1;
        result *= total;
        return result;
    }
    const eqd2 = (schedule, ratio) => bed(schedule, ratio) / (1 + 2 / ratio);
    const reached = (gray) => ["not reached", "reached exactly", "reached"][rtcalc.decimals.compare(gray, MARK) + 1];

    function breakEven({ total, fractions }, show) {
        if (rtcalc.decimals.compare(total, MARK) >= 0) return "at every α/β";
        return `only if α/β ≤ ${show.ratio((total * total / fractions) / (MARK - total), "down")}`;
    }

    function difference(schedule, reference, ratio, show) {
        const own = eqd2(schedule, ratio), other = eqd2(reference, ratio);
        const side = rtcalc.decimals.compare(own, other);
        if (side === 0) return "equal";
        const sign = side > 0 ? "+" : "−", apart = Math.abs(own - other);
        return `${sign}${show.dose(apart)} (${sign}${show.mark(rtcalc.decimals.fixed(100 * apart / other, 1))} %)`;
    }

    function each({ total, fractions }, show) {
        const gray = total / fractions;
        if (rtcalc.decimals.compare(gray, Number(rtcalc.decimals.fixed(gray, SHOWN_EACH))) === 0)
            return `${show.digits(gray)} ${show.unit}`;
        return `≈ ${show.dose(gray, SHOWN_EACH)}`;
    }

    const maximumOf = ({ schedule, isodose }) => ({ ...schedule, total: schedule.total * (100 / isodose) });

    function maximum(reading, show) {
        if ("isodose" in reading.problems) return "";
        if (reading.isodose === null) return "isodose unknown, maximum unknown";
        if (reading.isodose === 100) return "";
        const at = show.mark(rtcalc.decimals.plain(reading.isodose));
        return `maximum ${show.dose(maximumOf(reading).total)} (prescribed to ${at} %)`;
    }

    function atMaximum(reading, ratio, show) {
        if (reading.isodose === null || reading.isodose === 100) return "";
        const gray = bed(maximumOf(reading), ratio);
        return `at maximum ${reached(gray)}, ${show.bed(gray, ratio, MARK)}`;
    }

    /* `tumour` and `late` are alpha/beta or null; `reference` is a schedule or null. */
    function row(reading, tumour, late, show, reference) {
        const texts = { schedule: DASH, each: "", maximum: "", tumour_bed: DASH, tumour_eqd2: DASH, reached: DASH, break_even: "",
            at_maximum: "", late_bed: DASH, late_eqd2: DASH, tumour_difference: DASH, late_difference: DASH };
        const schedule = reading.schedule;
        if (schedule === null) return texts;
        texts.schedule = `${show.digits(schedule.total)} ${show.unit} / ${schedule.fractions}`;
        texts.each = `${each(schedule, show)} per fraction`;
        texts.maximum = maximum(reading, show);
        if (tumour !== null) {
            const gray = bed(schedule, tumour);
            texts.tumour_bed = show.bed(gray, tumour, MARK);
            texts.tumour_eqd2 = show.dose(eqd2(schedule, tumour));
            texts.reached = reached(gray);
            texts.break_even = breakEven(schedule, show);
            texts.at_maximum = atMaximum(reading, tumour, show);
            if (reference !== null) texts.tumour_difference = difference(schedule, reference, tumour, show);
        }
        if (late !== null) {
            texts.late_bed = show.bed(bed(schedule, late), late);
            texts.late_eqd2 = show.dose(eqd2(schedule, late));
            if (reference !== null) texts.late_difference = difference(schedule, reference, late, show);
        }
        return texts;
    }

    return { display, row, bed, eqd2, each };
})();
