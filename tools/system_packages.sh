#!/usr/bin/env bash
# System libraries that Qt's xcb platform and the virtual display need, on Debian; with the word `tests`, also the
# PostgreSQL, the broker and the desktop services that tests start for themselves; with the word `peers`, the players,
# servers and runtimes by others that proofs run against; with the word `bench`, what QtWebEngine needs, whose maps stand beside ours in the bench.
set -u
packages=(
  libegl1 libgl1 libopengl0 libxkbcommon-x11-0 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0
  libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0
  libpulse0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-xfixes0 libxcb-xinerama0 libxcb-xkb1 xvfb xauth
)
if [ "${1:-}" = tests ]; then
  packages+=(curl dbus libxss1 mosquitto x11-xserver-utils)
fi
if [ "${1:-}" = peers ]; then
  packages+=(
    ffmpeg gdal-bin mpv gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
    gstreamer1.0-plugins-ugly gstreamer1.0-libav gir1.2-gst-rtsp-server-1.0 python3-gi util-linux iproute2
    chromium mosquitto pulseaudio pulseaudio-utils
  )
  command -v node >/dev/null || packages+=(nodejs npm)
fi
if [ "${1:-}" = bench ]; then
  packages+=(
    libnss3 libnspr4 libasound2 libgbm1 libdrm2 libxcomposite1 libxdamage1 libxrandr2 libxrender1 libxtst6 libxkbfile1
  )
fi
command -v dpkg-query >/dev/null || {
  echo "This is not Debian: install what Qt 6 needs for X11 (xcb libraries, EGL) and Xvfb yourself."
  exit 0
}
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ "${1:-}" != tests ] || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
[ ${#missing[@]} -eq 0 ] && exit 0
echo "Installing system packages: ${missing[*]}"
sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "Not root, and no sudo: ask somebody who may to run: apt-get install ${missing[*]}"
    exit 1
  }
  sudo=(sudo)
fi
log=$(mktemp)
"${sudo[@]}" apt-get update -qq >"$log" 2>&1
if ! "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >>"$log" 2>&1; then
  tail -5 "$log"
  echo "apt could not install them. Run by hand: apt-get install ${missing[*]}"
  exit 1
fi
