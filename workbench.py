# -*- coding: utf-8 -*-
"""Start the workbench: set everything up, then hand over.

    python3 workbench.py setup | run | test [--thorough | --full | --soak] | lab | wheelhouse | any word of povlib

Standard library only. Makes ``.venv`` from the pinned and hashed ``requirements.lock``, installs the
project into it and starts it. This file must be readable by very old Pythons too, so that they can be
told what is missing: no f-strings, no annotations.
"""

from __future__ import print_function

import hashlib
import json
import os
import subprocess
import sys

OLDEST = (3, 11)
NEWEST = (3, 14)
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
LOCK = os.path.join(ROOT, "requirements.lock")
WHEELHOUSE = os.path.join(ROOT, "wheelhouse")
STAMP = os.path.join(VENV, "workbench.json")
WINDOWS = os.name == "nt"
PYTHON = os.path.join(VENV, "Scripts" if WINDOWS else "bin", "python.exe" if WINDOWS else "python")


def say(zh, en):
    """Print one message in both languages, Chinese first, on any console."""
    for line in (zh, en):
        try:
            print(line, file=sys.stderr)
        except UnicodeEncodeError:
            print(line.encode("ascii", "replace").decode("ascii"), file=sys.stderr)
    sys.stderr.flush()


def stop(zh, en):
    """Say why nothing can go on, and end with 1."""
    say("✗ " + zh, "  " + en)
    sys.exit(1)


def check_version():
    """End in words when this Python is too old; warn when it is newer than any tested one."""
    here = ".".join(str(part) for part in sys.version_info[:2])
    if sys.version_info[:2] < OLDEST:
        stop(
            "这里的 Python 是 %s，需要 3.11 或更新的版本。请安装后再运行：python3.11 workbench.py run" % here,
            "This Python is %s; 3.11 or newer is needed. Install it, then: python3.11 workbench.py run" % here,
        )
    if sys.version_info[:2] > NEWEST:
        say(
            "！Python %s 比测试过的 3.14 更新，可能装不上某些软件包。" % here,
            "  Python %s is newer than 3.14, the newest one tested; some packages may not install." % here,
        )


def check_venv():
    """End in words when this Python was installed without venv."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop(
            "这个 Python 缺少 venv 模块。Debian/Ubuntu 请运行：sudo apt install python3-venv",
            "This Python lacks the venv module. On Debian/Ubuntu run: sudo apt install python3-venv",
        )


def digest():
    """Return a digest of everything that decides what .venv holds."""
    # the place too: a .venv holds absolute paths, so one that was copied elsewhere is made again
    found = hashlib.sha256(repr((sys.version_info[:3], sys.base_prefix, VENV)).encode())
    for path in (LOCK, os.path.join(ROOT, "pyproject.toml")):
        with open(path, "rb") as file:
            found.update(file.read())
    return found.hexdigest()


def is_set_up():
    """Tell whether .venv was made from this very lock, here, by this Python."""
    try:
        with open(STAMP) as file:
            return json.load(file).get("digest") == digest() and os.path.exists(PYTHON)
    except (OSError, ValueError):
        return False


def quietly(command):
    """Run a command; return its exit code and the end of what it said."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def installers():
    """Yield the ways to install the lock, fastest first; a wheelhouse keeps them off the network."""
    import shutil

    offline = ["--no-index", "--find-links", WHEELHOUSE] if os.path.isdir(WHEELHOUSE) else []
    uv = shutil.which("uv")
    if uv:
        yield [uv, "pip", "install", "-q", "--python", PYTHON, "--require-hashes", "-r", LOCK] + offline
    yield [
        PYTHON,
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        LOCK,
    ] + offline


def make_venv():
    """Make an empty .venv, replacing one that is broken or belongs to another Python."""
    import shutil

    if os.path.isdir(VENV):
        shutil.rmtree(VENV, ignore_errors=True)
    code, said = quietly([sys.executable, "-m", "venv", VENV])
    if code:
        stop(
            "建不了 .venv：\n%s\nDebian/Ubuntu 请运行：sudo apt install python3-venv；并查看磁盘空间。" % said[-800:],
            "Cannot make .venv (see above). On Debian/Ubuntu: sudo apt install python3-venv; check the disk space.",
        )


def explain_failure(said):
    """Tell in words why the packages did not install."""
    said = said.strip()[-1500:]
    print(said, file=sys.stderr)
    if "HASH" in said and "DO NOT MATCH" in said:
        stop(
            "下载的软件包与 requirements.lock 的校验值不符，已停止。请换一个软件源再试。",
            "A downloaded package does not match requirements.lock; stopped. Try another package index.",
        )
    if "No space left" in said or "Errno 28" in said:
        stop("磁盘已满：请腾出约 2 GB 后再运行。", "The disk is full: free about 2 GB and run again.")
    stop(
        "装不上软件包：多半是连不上软件源。请检查网络，或设 PIP_INDEX_URL 指向内网源，"
        "或在能上网的同类电脑上运行 workbench.py wheelhouse，把 wheelhouse 文件夹拷到这里，然后重新运行。",
        "The packages could not be installed: most likely the package index cannot be reached. Check the network, "
        "or set PIP_INDEX_URL, or run `workbench.py wheelhouse` on a like computer that is online and copy the "
        "folder `wheelhouse` here; then run again.",
    )


def set_up():
    """Make .venv hold exactly what the lock says, and the project."""
    if is_set_up():
        return
    check_venv()
    say("正在准备运行环境（第一次约一至两分钟）……", "Setting up (the first time takes one or two minutes) ...")
    make_venv()
    said = ""
    for command in installers():
        code, said = quietly(command)
        if code == 0:
            break
    else:
        explain_failure(said)
    project = ["--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT]
    code, said = quietly([PYTHON, "-m", "pip", "install", "-q"] + project)
    if code:
        explain_failure(said)
    # last: a set-up that was interrupted begins again
    with open(STAMP, "w") as file:
        json.dump({"digest": digest()}, file)
    say("运行环境已就绪。", "Ready.")


def hand_over(arguments):
    """Replace this process by the workbench's own; on Windows, wait for it."""
    # Chinese in every file and on every console, whatever the computer's code page
    os.environ.setdefault("PYTHONUTF8", "1")
    command = [PYTHON] + arguments
    if WINDOWS:
        try:
            sys.exit(subprocess.call(command))
        except KeyboardInterrupt:
            sys.exit(130)
    os.execv(PYTHON, command)


def check_sources():
    """Yield name, exit code and words of the linters, the type checker and the one-way rule."""
    for name, command in (
        ("ruff check", ["-m", "ruff", "check", "."]),
        ("ruff format", ["-m", "ruff", "format", "--check", "-q", "."]),
        ("mypy", ["-m", "mypy"]),
        ("import-linter", ["-c", "from importlinter.cli import lint_imports_command as c; c()"]),
    ):
        code, said = quietly([PYTHON] + command)
        yield name, code, said


def memory_for_files():
    """Return a new folder that lies in memory, for the tests' own files, or None where memory is scarce.

    The tests write thousands of small ledgers, and a ledger waits for the disk at every commit.
    """
    import tempfile

    try:
        with open("/proc/meminfo") as file:
            free = dict(line.split(":") for line in file)["MemAvailable"]
        place = os.statvfs("/dev/shm")
        # a run of all tests leaves less than one GiB; the tests themselves take four
        if min(int(free.split()[0]) * 1024, place.f_bavail * place.f_frsize) < 8 * 2**30:
            return None
        return tempfile.mkdtemp(prefix="povlib-tests-", dir="/dev/shm")
    except (OSError, KeyError, ValueError, AttributeError):
        return None


def files_with_long_tests():
    """Return the test files that name a mark of the long tests: no other need be read to find them."""
    import io

    found = []
    for folder, _, names in os.walk(os.path.join(ROOT, "tests")):
        for name in names:
            path = os.path.join(folder, name)
            if name.startswith("test_") and name.endswith(".py"):
                with io.open(path, encoding="utf-8") as file:
                    words = file.read()
                if "thorough" in words or "whole_run" in words:
                    found.append(os.path.relpath(path, ROOT))
    return sorted(found)


def run_tests(arguments):
    """Run the tests and, beside them, what reads the sources alone; end with the worst exit code.

    The tests keep two processes busy but seldom two cores: the type checker takes what is left.
    """
    import shutil
    import threading

    os.chdir(ROOT)
    # tests start hundreds of processes: compiled once and kept, or compiled by every one of them
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # what the fast suite leaves to .ci/run: no sources are read, which the fast suite does
    chosen = {"--thorough": "(whole_run or thorough) and not slow", "--full": "not soak", "--soak": ""}
    wanted = [word for word in arguments if word in chosen]
    found = []
    checks = threading.Thread(target=lambda: "--thorough" in wanted or found.extend(check_sources()))
    checks.start()
    marks = chosen[wanted[-1]] if wanted else "not soak and not slow and not whole_run and not thorough"
    if "--soak" in wanted:
        os.environ["POVLIB_SOAK"] = "1"
    rest = [word for word in arguments if word not in chosen]
    if wanted[-1:] == ["--thorough"] and not any(os.path.exists(word.split("::")[0]) for word in rest):
        rest += files_with_long_tests()
    print("== pytest", flush=True)
    # whole files in their order: what a file makes for its tests is made once, and the smallest come last
    spread = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    pytest = ["-m", "pytest", "-q", "-m", marks] + spread + rest
    memory = memory_for_files() if "TMPDIR" not in os.environ else None
    if memory:
        os.environ["TMPDIR"] = memory
    try:
        worst = subprocess.call([PYTHON] + pytest)
    finally:
        if memory:
            shutil.rmtree(memory, ignore_errors=True)
    checks.join()
    for name, code, said in found:
        print("== " + name + "\n" + said.strip(), flush=True)
        worst = max(worst, code)
    sys.exit(1 if worst else 0)


def make_wheelhouse():
    """Download every package of the lock for this kind of computer into ./wheelhouse."""
    code, said = quietly([PYTHON, "-m", "pip", "download", "-q", "--require-hashes", "-r", LOCK, "-d", WHEELHOUSE])
    if code:
        explain_failure(said)
    say("已存入 %s" % WHEELHOUSE, "Saved in %s" % WHEELHOUSE)


def main(arguments):
    """Set up, then do what the first word says."""
    check_version()
    word = arguments[0] if arguments else "--help"
    set_up()
    if word == "setup":
        return
    if word == "wheelhouse":
        make_wheelhouse()
    elif word == "test":
        run_tests(arguments[1:])
    else:
        hand_over(["-m", "povlib.cli"] + arguments)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        say("已中断；再次输入同一命令即可接着做。", "Interrupted; type the same command again to go on.")
        sys.exit(130)
