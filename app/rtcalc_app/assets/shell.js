/* Navigation by keyboard, the colour scheme, and the page that waits hidden until its address is known. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.shell = {
    scheme: (scheme) => [scheme === "dark" ? "dark" : "light", scheme === "dark"],
    want: (path, wanted) => (path && path !== wanted ? path : window.dash_clientside.no_update),
    settle: (shown, path) => {
        for (const link of document.querySelectorAll(".nav-link")) {
            if (link.getAttribute("href") === path) link.setAttribute("aria-current", "page");
            else link.removeAttribute("aria-current");
        }
        return shown === path ? "page" : "page waiting";
    },
};
document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
    const link = document.querySelectorAll(".nav-link")[Number(event.key) - 1];
    if (link) { event.preventDefault(); link.click(); }
});
