# Read by bin/demo, bin/dangol, bin/dev and bin/test: finds Python, makes .venv, installs what the lock file names, builds the front end.
# Needs only python3 (3.11 or newer) and a package registry. Does nothing that is done already.

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in "${DANGOL_PYTHON:-python3}" python3.13 python3.12 python3.11 python3.14; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    found=$(python3 --version 2>/dev/null || echo "no python3")
    say "Dangol needs Python 3.11 or newer, but found $found: install it, or name it with DANGOL_PYTHON=/path/to/python3."
    say "Python 3.11 이상이 필요합니다(찾은 버전: $found). 설치하거나 DANGOL_PYTHON=/path/to/python3 형식으로 지정해 주십시오."
    return 1
}

make_environment() {
    if .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        return 0
    fi
    python=$(find_python) || exit 1
    rm -rf .venv
    say "Making .venv with $("$python" --version)."
    if "$python" -m venv .venv 2>/dev/null; then
        return 0
    fi
    rm -rf .venv
    if "$python" -m pip install --quiet --target .venv-tool --require-hashes -r requirements/tool.txt 2>/dev/null &&
        .venv-tool/bin/uv venv --quiet --seed --python "$python" .venv; then
        rm -rf .venv-tool
        return 0
    fi
    rm -rf .venv .venv-tool
    say "This Python cannot make a virtual environment: install its venv module (Debian, Ubuntu: apt-get install python3-venv)."
    say "이 Python으로 가상 환경을 만들 수 없습니다. venv 모듈을 설치해 주십시오(Debian, Ubuntu: apt-get install python3-venv)."
    exit 1
}

fingerprint() {
    .venv/bin/python -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$1"
}

# install run|dev: the packages of requirements/<name>.txt and no others. "dev" holds everything that "run" names.
install() {
    lock=$1
    if [ -e .venv/installed-dev ]; then lock=dev; fi
    wanted=$(fingerprint "requirements/$lock.txt")
    if [ "$(cat ".venv/installed-$lock" 2>/dev/null)" = "$wanted" ]; then return 0; fi
    say "Installing the packages of requirements/$lock.txt."
    if ! [ -x .venv/tool/bin/uv ]; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --target .venv/tool --require-hashes \
            -r requirements/tool.txt || rm -rf .venv/tool
    fi
    if ! UV_SYSTEM_CERTS=true VIRTUAL_ENV=$PWD/.venv .venv/tool/bin/uv pip sync --quiet --require-hashes --compile-bytecode "requirements/$lock.txt"; then
        say "uv could not install them; trying pip."
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "requirements/$lock.txt" || {
            say "The packages could not be installed: is a package registry reachable? See the messages above."
            say "패키지를 설치하지 못했습니다. 패키지 저장소에 연결할 수 있는지 위의 메시지를 확인해 주십시오."
            exit 1
        }
    fi
    printf '%s' "$wanted" >".venv/installed-$lock"
}

build_front_end() {
    .venv/bin/python tools/build_assets.py || {
        say "The front end could not be built; see the messages above."
        say "화면 파일을 만들지 못했습니다. 위의 메시지를 확인해 주십시오."
        exit 1
    }
}

set_up() {
    make_environment
    install "$1"
    build_front_end
}
