#!/usr/bin/env bash
# services_test.sh LIST...: nothing that ./bazelw installs for these lists starts a service.
#
# Looks at all that they depend on, for units of systemd, scripts of init and cron jobs, but what every Debian has.
# Of what isn't installed here no files are known; each package of a list has to be.
set -euo pipefail

# When the machine starts, the one makes folders in /tmp and the other, which is part of util-linux elsewhere, sets
# the clock. Neither stays.
harmless=" x11-common util-linux-extra "

# Prints the packages of lists.
named() { sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$@"; }

# Prints what the packages on stdin depend on, and themselves.
closure() {
  xargs apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
    --no-enhances | grep -E '^[a-z0-9]' | sort -u
}

# Prints a line for each file by which one of the packages on stdin starts something.
services() {
  local package priority
  while read -r package; do
    read -r priority < <(dpkg-query -W -f '${Priority}\n' "$package" 2>/dev/null) || continue
    case $priority in required | important) continue ;; esac
    case $harmless in *" $package "*) continue ;; esac
    dpkg-query -L "$package" 2>/dev/null |
      grep -E '^(/usr)?/lib/systemd/(system|user)/.*\.(service|socket|timer)$|^/etc/(init\.d|cron\.[a-z]+)/.' |
      sed "s|^|$package: |" || true
  done
}

fail() {
  printf 'FAILED: %s\n' "$*"
  exit 1
}

for package in $(named "$@"); do
  dpkg-query -W "$package" >/dev/null 2>&1 || fail "$package is not installed here, so that its files are not known"
done
packages=$(named "$@" | closure)
[ "$(wc -l <<<"$packages")" -gt 100 ] || fail "too few packages: $packages"
found=$(services <<<"$packages")
[ -z "$found" ] || fail "these start something: $found"

# The negative control: a package that has all of them.
dpkg-query() {
  case $* in
    *-L*) printf '%s\n' /usr/bin/it /lib/systemd/system/it.service /usr/lib/systemd/user/it.timer /etc/init.d/it /etc/cron.daily/it ;;
    *) echo optional ;;
  esac
}
[ "$(services <<<it | grep -c '^it: ')" = 4 ] || fail "of a package with services is found: $(services <<<it)"
echo "passed: $(wc -l <<<"$packages") packages"
