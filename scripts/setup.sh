#!/usr/bin/env bash
# Prepare a clean clone: programs from apt, the Python environment in .venv, packages from npm.
# Each step is skipped when nothing changed, and then needs no network.
#
#   scripts/setup.sh        what `make test` needs
#   scripts/setup.sh run    the same, but goes on without the programs that only tests need
set -euo pipefail
cd "$(dirname "$0")/.."

readonly UV_VERSION=0.13.9
readonly NPM_FOLDERS=(tests/compat/js tests/compat/rp tests/browser wallet-web sdk/js)
readonly PURPOSE=${1:-test}

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# --- what must be there already -------------------------------------------------------------------------------------

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3; do
        [[ -n $candidate ]] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        "$candidate" -c 'import sys; print(sys.executable)'
        return
    done
    die "Python 3.11 or newer is missing. Install it (Debian 12: apt-get install python3), or name one: PYTHON=/path make dev-setup"
}

check_node() {
    local why="20.19, 22.12 or newer, which building the web wallet needs: https://nodejs.org/en/download"
    have node && have npm || die "Node or its npm is missing. Install Node $why"
    # Those are the versions that Vite runs on; 21 is not among them.
    node -e 'const [major, minor] = process.versions.node.split(".").map(Number)
             process.exit((major == 20 && minor >= 19) || (major == 22 && minor >= 12) || major > 22 ? 0 : 1)' ||
        die "\`node\` is $(node --version). Install Node $why"
}

# --- programs from apt ----------------------------------------------------------------------------------------------

have_postgres() { have initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
have_redis() { have redis-server || have valkey-server; }
have_chromium() { have chromium || compgen -G "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}/chromium-*" >/dev/null; }

# Ubuntu has Chromium as a snap only, which containers cannot install: there, Playwright brings its own.
is_ubuntu() { grep -qs '^ID=ubuntu' /etc/os-release; }

missing_packages() {
    have_postgres || echo postgresql
    have_redis || echo redis-server
    have strace || echo strace
    # The guides' examples for the shell are run as pasted.
    have jq || echo jq
    have curl || echo curl
    have openssl || echo openssl
    have_chromium || is_ubuntu || echo chromium fonts-liberation
}

# Debian keeps ensurepip, which `python -m venv` needs, in a package of its own.
missing_venv_package() {
    "$PYTHON_FOUND" -c 'import ensurepip' 2>/dev/null && return
    "$PYTHON_FOUND" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
}

apt_install() {
    local as_root=()
    if ((EUID != 0)); then
        have sudo || return 1
        as_root=(sudo)
    fi
    have apt-get || return 1
    say "Installing by apt: $*"
    "${as_root[@]}" apt-get -qq -o DPkg::Lock::Timeout=120 update >&2 &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get -qq -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@" >&2
}

install_programs() {
    local venv_package tests_need
    venv_package=$([[ -x .venv/bin/python ]] || missing_venv_package)
    tests_need=$(missing_packages)
    [[ -z $venv_package$tests_need ]] && return
    # shellcheck disable=SC2086  # the lists are words
    apt_install $venv_package $tests_need && return

    say "Could not install by apt. Please run as root: apt-get install" $venv_package $tests_need
    [[ -z $venv_package && $PURPOSE == run ]] || exit 1
    say "The platform runs without them; the tests do not."
}

# --- packages of Python and npm -------------------------------------------------------------------------------------

# A stamp lies inside what it vouches for, and names what that was made from.
fingerprint() { { printf '%s\n' "$@"; cat; } | sha256sum | cut -d' ' -f1; }
is_fresh() { [[ -f $1 && $(<"$1") == "$2" ]]; }

install_python_packages() {
    local stamp=.venv/.sealgate-stamp key
    key=$(cat uv.lock pyproject.toml | fingerprint "$PWD" "$PYTHON_FOUND" "$UV_VERSION")
    is_fresh $stamp "$key" && [[ -x .venv/bin/sealgate ]] && return

    # An environment names its own folder in every script: a clone that was moved needs a new one.
    if ! grep -qsF "$PWD/.venv" .venv/pyvenv.cfg || ! .venv/bin/python -c 'import sys' 2>/dev/null; then
        say "Making .venv with $("$PYTHON_FOUND" --version)"
        "$PYTHON_FOUND" -m venv --clear .venv
    fi
    if [[ $(.venv/bin/uv --version 2>/dev/null) != "uv $UV_VERSION"* ]]; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
    fi
    say "Installing the Python packages of uv.lock into .venv"
    env -u VIRTUAL_ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE="${UV_LINK_MODE:-copy}" \
        .venv/bin/uv sync --quiet --frozen --all-extras --compile-bytecode --python .venv/bin/python
    echo "$key" >$stamp
}

# Where PYTHONDONTWRITEBYTECODE is set, every start would compile all it imports: 0.7 s here.
compile_sources() { .venv/bin/python -m compileall -q src; }

install_chromium_of_playwright() {
    ! have_chromium && is_ubuntu || return 0
    say "Installing Chromium and its libraries by Playwright"
    .venv/bin/playwright install --with-deps chromium >&2 || [[ $PURPOSE == run ]] ||
        die "Could not install Chromium. Please run as root: $PWD/.venv/bin/playwright install --with-deps chromium"
}

install_npm_packages() {
    local folder stamp key
    for folder in "${NPM_FOLDERS[@]}"; do
        [[ -f $folder/package-lock.json ]] || continue
        stamp=$folder/node_modules/.sealgate-stamp
        key=$(cat "$folder/package-lock.json" | fingerprint "$(node --version)")
        is_fresh "$stamp" "$key" && continue
        say "Installing the npm packages of $folder"
        # No package here needs its install script, so none is run.
        (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
        echo "$key" >"$stamp"
    done
}

# The page under /wallet. Its looks begin with the style sheet of the server's own pages.
build_web_wallet() {
    local out=src/sealgate/wallet/web_app sources stamp key
    stamp=$out/.sealgate-stamp
    sources=$(find wallet-web -path wallet-web/node_modules -prune -o -path wallet-web/tests -prune -o -type f -print |
        LC_ALL=C sort)
    # shellcheck disable=SC2086  # no name of ours has a blank
    key=$(sha256sum $sources src/sealgate/web/static/sealgate.css | fingerprint "$(node --version)")
    is_fresh $stamp "$key" && return
    say "Building the web wallet"
    (cd wallet-web && node_modules/.bin/vite build --logLevel error >&2)
    echo "$key" >$stamp
}

# What the tests and the examples import: the client library for JavaScript.
build_js_sdk() {
    local stamp=sdk/js/dist/.sealgate-stamp sources key
    sources=$(find sdk/js/src sdk/js/scripts sdk/js/*.json -type f | LC_ALL=C sort)
    # shellcheck disable=SC2086  # no name of ours has a blank
    key=$(sha256sum $sources | fingerprint "$(node --version)")
    is_fresh $stamp "$key" && return
    say "Building the JavaScript SDK"
    (cd sdk/js && npm run --silent build >&2)
    echo "$key" >$stamp
}

# Two runs at once would trip over each other.
mkdir -p .cache
exec 9>.cache/setup.lock
! have flock || flock 9

PYTHON_FOUND=$(find_python)
check_node
install_programs
install_python_packages
compile_sources
install_chromium_of_playwright
install_npm_packages
build_web_wallet
build_js_sdk
