"""Runs a command and writes what it and all its descendants used.

    python3 run-measured.py USAGE_FILE COMMAND [ARGUMENT ...]

The usage file is JSON: exit code, wall seconds, and user and system CPU seconds of the whole tree, from getrusage.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def reap_orphans() -> None:
    """Waits for descendants that outlived their parents: only who is waited for is in RUSAGE_CHILDREN."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def main() -> int:
    usage_file, *command = sys.argv[1:]
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")
    started = time.monotonic()
    exit_code = subprocess.Popen(command).wait()
    wall = time.monotonic() - started
    reap_orphans()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(usage_file, "w", encoding="utf-8") as file:
        json.dump({"exitCode": exit_code, "wallSeconds": wall, "userSeconds": used.ru_utime, "systemSeconds": used.ru_stime}, file)
    return exit_code


sys.exit(main())
