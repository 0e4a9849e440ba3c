"""What machine this is: system, cores, what they multiply, GPU, memory, disk, versions."""

import os
import platform
import shutil
from collections.abc import Iterator

GIB = 2**30
INSTRUCTIONS = {"avx2": "AVX2", "avx512_f": "AVX-512", "avx512_bf16": "AVX-512 bf16", "amx_bf16": "AMX bf16"}
PACKAGES = ("anechoic", "torch", "transformers", "dvc")
LITTLE_DISK = 2 * GIB  # a run of the demo leaves 300 MB; a model of a few hundred million weights leaves more


def machine() -> Iterator[tuple[str, str]]:
    """What the machine is, a name and a value each."""
    yield "system", f"{_system()}, {platform.machine()}, Python {platform.python_version()}"
    yield "cores", f"{cores()} usable of {os.cpu_count()}; {_instructions()}"
    yield "GPU", _gpu()
    total, free = memory()
    left = "" if free is None else f", {free / GIB:.1f} GiB of it free"
    yield "memory", f"{total / GIB:.1f} GiB{left}"
    yield "disk", f"{shutil.disk_usage('.').free / GIB:.1f} GiB free in this folder"
    yield "versions", ", ".join(f"{name} {_version(name)}" for name in PACKAGES)


def cores() -> int:
    """The cores this process may use: those it is bound to, or fewer where a container allows less time."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, _, period = _file("/sys/fs/cgroup/cpu.max").partition(" ")
    allowed = int(quota) / int(period) if quota.isdigit() and period.strip().isdigit() else bound
    return max(1, min(bound, round(allowed)))


def memory() -> tuple[int, int | None]:
    """Bytes of memory, and how many are free (None where the system does not tell); a container's limit counts."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    lines = (line.split() for line in _file("/proc/meminfo").splitlines())
    free = next((int(words[1]) * 1024 for words in lines if words[:1] == ["MemAvailable:"]), None)
    limit = _file("/sys/fs/cgroup/memory.max").strip()
    if limit.isdigit() and int(limit) < total:
        used = _file("/sys/fs/cgroup/memory.current").strip()
        total = int(limit)
        if free is not None and used.isdigit():
            free = min(free, max(0, total - int(used)))
    return total, free


def little_disk() -> bool:
    """Whether the disk may be full before a run ends."""
    return shutil.disk_usage(".").free < LITTLE_DISK


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"


def _instructions() -> str:
    """What torch finds that the cores can do beyond the ordinary."""
    import torch

    has = torch.cpu.get_capabilities()
    known = [name for flag, name in INSTRUCTIONS.items() if has.get(flag)]
    lacks = [name for flag, name in INSTRUCTIONS.items() if not has.get(flag)]
    without = f" (not {', '.join(lacks)})" if lacks else ""
    return f"{', '.join(known) or 'none of the fast instructions'}{without}"


def _gpu() -> str:
    import torch

    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info()
        more = f" (one of {torch.cuda.device_count()})" if torch.cuda.device_count() > 1 else ""
        return f"{torch.cuda.get_device_name()}{more}, {total / GIB:.0f} GiB, {free / GIB:.0f} GiB of it free"
    if torch.backends.mps.is_available():
        return "Apple's, by torch's MPS"
    return "none that torch sees: everything is computed by the cores"


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "is missing"


def _file(path: str) -> str:
    """A file of the system; empty where there is none."""
    from anechoic.project import folders
    from anechoic.project.errors import DataError

    try:
        return folders.read_file(path).decode()
    except DataError:
        return ""
