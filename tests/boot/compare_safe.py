# SPDX-License-Identifier: Apache-2.0
"""Compare what docs/security.md says with what is.

report: the table whose first column is "reported" with the lines of a probe on
a console, one column a service. packages: the ones whose first columns are
"package" and "user namespace of" with the config.json files of a tar.
"""
import json
import re
import sys
import tarfile


def table(path, corner):
    """Of the table with this corner: its rows, a dict from column to text."""
    rows, head = {}, None
    for line in open(path, encoding="utf-8"):
        cells = [c.strip().replace("`", "") for c in line.split("|")[1:-1]]
        if not cells:
            head = None
        elif cells[0] == corner:
            head = cells
        elif head and not re.fullmatch(r":?-+:?", cells[0]):
            rows[cells[0]] = dict(zip(head[1:], cells[1:]))
    if not rows:
        sys.exit(f"no table '{corner}' in {path}")
    return rows


def turn(rows):
    """Columns become rows."""
    out = {}
    for key, row in rows.items():
        for column, value in row.items():
            out.setdefault(column, {})[key] = value
    return out


def report(console, names):
    """What the probes of the services with these names say."""
    seen = {name: {} for name in names}
    for line in open(console, encoding="utf-8", errors="replace"):
        match = re.search(r"\[ *[\d.]+\] (\w+): (.*) = (.*)$", line.rstrip())
        if match and match[1] in seen:
            value = match[3].replace("/" + match[1], "/NAME")
            seen[match[1]][match[2]] = value
    return seen


def names_of(mounts, kind):
    return [m["source"] for m in mounts if m.get("type") == kind]


def package(config):
    """A row of the second table."""
    process, linux = config["process"], config["linux"]
    caps = process["capabilities"].get("bounding", [])
    kinds = {n["type"] for n in linux["namespaces"]}
    profile = linux.get("seccomp")
    host = [k for k in ("network", "ipc", "uts", "pid", "user")
            if k not in kinds]
    devices = linux.get("resources", {}).get("devices", [])
    return {
        "user": "%(uid)d:%(gid)d" % process["user"],
        "capabilities": "all" if len(caps) == 41 else
                        ", ".join(sorted(caps)) or "none",
        "no new privileges": "yes" if process.get("noNewPrivileges") else "no",
        "seccomp": "default" if profile else "none",
        "hidden paths": "yes" if linux.get("maskedPaths") else "no",
        "read-only paths": "yes" if linux.get("readonlyPaths") else "no",
        "root": "read-only" if config["root"].get("readonly") else "memory",
        "of the host": ", ".join(host),
        "devices": "all" if any(d["allow"] for d in devices) else "none",
        "binds": ", ".join(names_of(config["mounts"], "bind")) or "none",
    }


def packages(path, names):
    found = {}
    with tarfile.open(path) as tar:
        for name in names:
            member = f"containers/services/{name}/config.json"
            found[name] = package(json.load(tar.extractfile(member)))
    return found


def compare(documented, real):
    wrong = 0
    for name in documented:
        for key in sorted(documented[name].keys() | real[name].keys()):
            said = documented[name].get(key, "nothing")
            is_ = real[name].get(key, "nothing")
            if said != is_:
                print(f"{name}: {key}: documented '{said}', is '{is_}'",
                      file=sys.stderr)
                wrong += 1
    return wrong


def main():
    what, docs, path = sys.argv[1:]
    if what == "report":
        documented = turn(table(docs, "reported"))
        real = report(path, documented)
    else:
        documented = turn(table(docs, "package"))
        real = packages(path, documented)
        spaces = table(docs, "user namespace of")
        for name, row in real.items():
            host = "user" in row["of the host"].split(", ")
            row["user namespace"] = "the host's" if host else "its own"
            said = spaces.get(name, {"is": "nothing"})["is"]
            documented[name]["user namespace"] = said
    sys.exit(1 if compare(documented, real) else 0)


if __name__ == "__main__":
    main()
