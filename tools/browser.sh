#!/bin/sh
# The page tests drive a real Chromium. Where there is none and Debian's packages can be had, install it.
# Without a browser those tests skip and say so; nothing else depends on it.
set -u
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing chromium for the page tests" >&2
    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium) >/dev/null 2>&1 && exit 0
fi
echo "no chromium: the page tests will be skipped (install it with your package manager)" >&2
exit 0
