#!/usr/bin/env bash
# Makes a base image from this machine's own Node and npm, for machines that cannot pull one: base-from-host.sh <image name>.
# Needs buildah and root. The image is good for building and verifying, not for shipping: it is whatever this machine is.
set -euo pipefail
image=${1:?usage: base-from-host.sh <image name>}
commands=(sh bash env find rm mkdir cat ls)

container=$(buildah from scratch)
trap 'buildah rm "$container" >/dev/null' EXIT
root=$(buildah mount "$container")

# A file with everything that the loader needs for it, at the same paths.
install_binary() {
  local file
  for file in "$1" $(ldd "$1" | grep -o '/[^ ]*' || true); do
    mkdir -p "$root$(dirname "$file")"
    cp -L "$file" "$root$file"
  done
}

mkdir -p "$root"/{bin,etc,proc,sys,dev,root,run,usr/bin,usr/local/bin}
mkdir -m 1777 "$root/tmp"
for name in "${commands[@]}"; do
  install_binary "$(readlink -f "$(command -v "$name")")"
  ln -sf "$(readlink -f "$(command -v "$name")")" "$root/usr/local/bin/$name"
done
[ -e "$root/bin/sh" ] || ln -s /usr/local/bin/sh "$root/bin/sh"
[ -e "$root/usr/bin/env" ] || ln -s /usr/local/bin/env "$root/usr/bin/env"
node=$(readlink -f "$(command -v node)")
install_binary "$node"
cp -L "$node" "$root/usr/local/bin/node"
# Parts of the C library that only add-ons load; every Debian has them.
libraries=$(dirname "$(ldd "$node" | grep -o '/[^ ]*libc\.so\.6')")
cp -L "$libraries"/{librt.so.1,libresolv.so.2,libutil.so.1} "$root$libraries/"
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
mkdir -p "$root/usr/local/lib/node_modules"
cp -r "$npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true

buildah config --env PATH=/usr/local/bin:/usr/bin:/bin --cmd node "$container"
buildah commit --quiet "$container" "$image" >/dev/null
echo "$image"
