#!/usr/bin/env bash
# What must exist before cargo can run: Debian packages (packages.txt) and a Rust toolchain. Installs what is missing
# when it may, and otherwise says exactly which command would. Does nothing and says nothing when all is there.
# usage: bootstrap.sh [lint | test]    (with what only that target needs)
set -euo pipefail
target=${1:-}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

java_is_new_enough() {
    local version
    version=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -1) || return 1
    [ "${version:-0}" -ge "$1" ]
}

present() {
    case $1 in
        python3\>=*) python3 -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, ${1##*.}))" 2>/dev/null ;;
        java\>=*) command -v java >/dev/null && java_is_new_enough "${1#java>=}" ;;
        /*) compgen -G "$1" >/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

trim() { sed 's/^[[:space:]]*//; s/[[:space:]]*$//' <<<"$1"; }

missing=()
while IFS='|' read -r package proof purpose only; do
    package=$(trim "$package")
    only=$(trim "${only:-}")
    case $package in '' | \#*) continue ;; esac
    if [ -n "$only" ] && [ "$only" != "$target" ]; then continue; fi
    if ! present "$(trim "$proof")"; then
        missing+=("$package")
        echo "缺少 missing: $package ($(trim "$purpose"))"
    fi
done <"$here/packages.txt"

if [ ${#missing[@]} -gt 0 ]; then
    if ! command -v apt-get >/dev/null; then
        echo "This machine has no apt-get. Install by its own means what the packages above provide, then try again." >&2
        exit 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        echo "Installing needs root. Run this, then try again:" >&2
        echo "  sudo apt-get update && sudo apt-get install --yes ${missing[*]}" >&2
        exit 1
    fi
    echo "正在安装 installing: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    # Installed as it is, the package would also create and start a server on port 5432; the suite brings its own.
    conf=/etc/postgresql-common/createcluster.conf
    if [[ " ${missing[*]} " == *" postgresql "* ]] && [ ! -e $conf ]; then
        mkdir -p "$(dirname $conf)"
        echo "create_main_cluster = false" >$conf
        trap 'rm -f $conf' EXIT
    fi
    log=$(mktemp)
    if ! { apt-get update --quiet && apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        tail -20 "$log" >&2
        echo "apt-get could not install: ${missing[*]} (everything it said: $log)" >&2
        exit 1
    fi
    rm -f "$log"
fi

wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -1)
if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
    echo "cargo is installed but not on the path. Run this, then try again:" >&2
    echo "  . \"\$HOME/.cargo/env\"" >&2
    exit 1
fi
if ! command -v cargo >/dev/null; then
    echo "缺少 missing: Rust $wanted or newer. Install it as https://rustup.rs says, then try again:" >&2
    echo "  curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y && . \"\$HOME/.cargo/env\"" >&2
    exit 1
fi
found=$(rustc --version | cut -d' ' -f2)
if [ "$(printf '%s\n%s\n' "$wanted" "$found" | sort -V | head -1)" != "$wanted" ]; then
    echo "Rust $found is too old; this project needs $wanted or newer. Run this, then try again:" >&2
    echo "  rustup update stable" >&2
    exit 1
fi

# A department of somebody else's, in Python: its pinned packages, and the messages made of proto/; anew when either changes.
if [ "$target" = test ]; then
    stranger=$root/.run/cache/neighbours
    made_of=$({ cat "$root/tests/neighbours/requirements.txt" "$root"/proto/wutong/task/v1/*.proto; python3 --version; } | sha256sum)
    if [ "$made_of" != "$(cat "$stranger/made-of" 2>/dev/null)" ]; then
        echo "正在安装 installing: tests/neighbours/requirements.txt"
        rm -rf "$stranger"
        python3 -m venv "$stranger"
        "$stranger/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
            --requirement "$root/tests/neighbours/requirements.txt"
        packages=$("$stranger/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
        (cd "$root/proto" && "$stranger/bin/python" -m grpc_tools.protoc -I . --python_out="$packages" wutong/task/v1/*.proto)
        echo "$made_of" >"$stranger/made-of"
    fi
fi
