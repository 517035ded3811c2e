#!/bin/sh
# ensure_chromium.sh PYTHON: print the path of a Chromium that starts without a screen; install one where nobody need be asked.
set -u
starts() {
    # Started, not only found: on some systems the name is a stub that tells how to install it.
    [ -n "$1" ] && "$1" --headless --no-sandbox --disable-gpu --dump-dom about:blank 2>/dev/null </dev/null | grep -q '<html'
}
found() {
    for name in "${RTCALC_CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome \
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        path=$(command -v "$name" 2>/dev/null) && starts "$path" && { echo "$path"; return 0; }
    done
    return 1
}
found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core; } >&2 </dev/null
    found && exit 0
fi
"$1" -m playwright install chromium >&2 </dev/null
path=$("$1" -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as p: print(p.chromium.executable_path)' 2>/dev/null)
starts "$path" && { echo "$path"; exit 0; }
echo "No Chromium that starts was found. Install Chromium or Chrome, or set RTCALC_CHROMIUM to its path." >&2
exit 2
