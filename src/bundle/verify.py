#!/usr/bin/env python3
"""Checks this bundle with Python's standard library alone, written apart from the program that made the bundle.

    python3 verify.py FOLDER [SIGNER.pub [ROOT.pem]]

SIGNER.pub is the signer's public OpenSSH key, had from the signer and not from the bundle; ssh-keygen is called with it.
ROOT.pem is the root certificate of the time-stamping authority; openssl is called with it.
One line a check. Ends with 0 where nothing failed, 5 where something did, 2 where it was called wrongly.
Whoever altered the bundle could have altered this file too: take it from elsewhere where that matters.
"""
import hashlib, json, os, re, stat, subprocess, sys, tempfile, unicodedata

TAGS, PAYLOAD, INFO = "tagmanifest-sha256.txt", "manifest-sha256.txt", "bag-info.txt"
SIGNATURE, QUERY, ANSWER = TAGS + ".sig", TAGS + ".tsq", TAGS + ".tsr"
NAMESPACE = "geldspoor-bundle"
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(\.|$)", re.I)
failed = False

def say(check, faults, text, checked=True):
    global failed
    failed = failed or bool(faults)
    word = "FAILED" if faults else "passed" if checked else "not checked"
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    line = faults[0] + more if faults else text
    print(f"{word:<11}  {check:<12}  " + "".join(c if c.isprintable() else "?" for c in line))

def bad_path(path):
    """Why a path may not be in a bundle, or nothing."""
    for part in path.split("/"):
        if part in ("", ".", "..") or re.search(r'[<>:"|?*\\\x00-\x1f\x7f]', part) or part[-1] in ". ":
            return f"{path!r} leads outside, or is no name on every system"
        if DEVICES.match(part):
            return f"{path!r} is the name of a device"
        if re.search("[\\x80-\\x9f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ud800-\\udfff]", part):
            return f"{path!r} holds signs that are not seen"
    return None if unicodedata.is_normalized("NFC", path) else f"{path!r} is not in form NFC"

def look(root):
    """All files with their sizes, and what may not be there."""
    files, faults, keys, pending = {}, [], {}, [""]
    while pending:
        inside = pending.pop()
        entries = sorted(os.scandir(os.path.join(root, inside)), key=lambda e: e.name)
        if not entries:
            faults.append(f"the folder {inside!r} holds no file")
        for entry in entries:
            path = inside + entry.name
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                pending.append(path + "/")
            elif not stat.S_ISREG(mode):
                faults.append(f"{path!r} is a link or a device")
                continue
            else:
                files[path] = entry.stat(follow_symlinks=False).st_size
            if bad_path(path):
                faults.append(bad_path(path))
            key = unicodedata.normalize("NFC", path.lower())
            if key in keys:
                faults.append(f"{path!r} and {keys[key]!r} are one name on some systems")
            keys[key] = path
    return files, faults

def digest(path):
    hashed = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            hashed.update(block)
    return hashed.hexdigest()

def manifest(root, files, name, belongs):
    """Holds a manifest against what is there, both ways; gives faults, files and bytes."""
    with open(os.path.join(root, name), "rb") as file:
        lines = file.read().decode("utf-8", "replace").split("\n")
    faults, listed, before = [], {}, ""
    if lines.pop() != "":
        faults.append(f"{name}: the last line has no line end")
    for number, line in enumerate(lines, 1):
        found = re.fullmatch(r"([0-9a-f]{64})  ((?:[^%\r]|%25|%0[AaDd])+)", line)
        if not found:
            faults.append(f"{name}: line {number} is not as sha256sum writes it")
            continue
        path = re.sub(r"%(25|0[AaDd])", lambda m: chr(int(m[1], 16)), found[2])
        if bad_path(path) or not belongs(path):
            faults.append(f"{name}: line {number}: {bad_path(path) or f'{path!r} does not belong there'}")
            continue
        if path.encode() <= before.encode():
            faults.append(f"{name}: line {number} is out of order or repeats the one before")
        listed[path], before = found[1], path
    for path, expected in listed.items():
        if path not in files:
            faults.append(f"{path!r} is listed in {name} and is not there")
        elif digest(os.path.join(root, path)) != expected:
            faults.append(f"{path!r} was altered")
    faults += [f"{path!r} is not listed in {name}" for path in sorted(files) if belongs(path) and path not in listed]
    return faults, listed, sum(files.get(path, 0) for path in listed)

def labels(root):
    with open(os.path.join(root, INFO), "rb") as file:
        lines = file.read().decode("utf-8", "replace").split("\n")
    pairs = [line.split(": ", 1) for line in lines[:-1]]
    faults = [] if lines[-1] == "" and all(len(pair) == 2 for pair in pairs) else [f"{INFO} is not Label: value"]
    said = dict(pair for pair in pairs if len(pair) == 2)
    return faults + ([f"{INFO} says something twice"] if len(said) < len(pairs) else []), said

def ledger(path, head, count):
    """Each line says its number and carries the SHA-256 of the line before it."""
    faults, previous, number = [], "", 0
    with open(path, "rb") as file:
        for line in file:
            number += 1
            raw = line[:-1]
            try:
                parsed = json.loads(raw.decode("utf-8"))
                says, follows = parsed["number"], parsed["previous"]
            except (ValueError, KeyError, TypeError, RecursionError):
                says, follows = None, None
            if not line.endswith(b"\n") or says != number or follows != previous:
                faults.append(f"line {number} is cut off, not its number, or does not follow from the line before it")
            previous = hashlib.sha256(raw).hexdigest()
    if str(number) != count or previous != head:
        faults.append(f"the ledger ends with line {number} and {previous}, {INFO} says {count} and {head}")
    return faults

def command(arguments, given=None):
    """Runs a program; gives nothing where it said yes, else what it said."""
    try:
        done = subprocess.run(arguments, stdin=given, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return f"{arguments[0]} is not installed"
    said = (done.stderr + done.stdout).strip().replace("\n", "; ")
    return None if done.returncode == 0 else f"{arguments[0]}: {said}"

def signature(root, files, key):
    if SIGNATURE not in files:
        return [f"{SIGNATURE} is not there"]
    with open(os.path.join(root, SIGNATURE), "rb") as file:
        if not re.fullmatch(rb"-----BEGIN SSH SIGNATURE-----\n([\w+/=]{1,70}\n)+-----END SSH SIGNATURE-----\n", file.read()):
            return [f"{SIGNATURE} is not as ssh-keygen writes it"]
    with open(key, encoding="utf-8") as file:
        keys = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    with tempfile.TemporaryDirectory() as folder:
        allowed = os.path.join(folder, "allowed_signers")
        with open(allowed, "w", encoding="utf-8") as file:
            file.writelines(f'signer namespaces="{NAMESPACE}" {line}\n' for line in keys)
        with open(os.path.join(root, TAGS), "rb") as message:
            said = command(["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", "signer", "-n", NAMESPACE,
                            "-s", os.path.join(root, SIGNATURE)], message)
    return [said] if said else []

def time(root, files, certificate):
    """The query must be over the tag manifest; the answer is checked by openssl."""
    if QUERY in files:
        with open(os.path.join(root, QUERY), "rb") as file:
            query = file.read()
        head = bytes.fromhex("0201013031300d060960864801650304020105000420" + digest(os.path.join(root, TAGS)))
        nonce = query[2 + len(head):-3]
        if query != bytes([0x30, len(query) - 2 & 127]) + head + nonce + b"\1\1\xff" or nonce[:1] not in (b"", b"\2"):
            return say("time stamp", [f"{QUERY} is over something else"], "")
    if ANSWER not in files or not certificate:
        return say("time stamp", [], f"no {ANSWER}, or no root certificate given", False)
    said = command(["openssl", "ts", "-verify", "-data", os.path.join(root, TAGS), "-in", os.path.join(root, ANSWER),
                    "-CAfile", certificate])
    return say("time stamp", [said] if said else [], "by openssl")

def main(root, key=None, certificate=None):
    files, faults = look(root)
    if not {"bagit.txt", INFO, PAYLOAD, TAGS} <= set(files):
        faults.append(f"bagit.txt, {INFO}, {PAYLOAD} or {TAGS} is not there")
        say("names", faults, "")
        return 5
    say("names", faults, f"{len(files)} files, all inside the bundle")
    with open(os.path.join(root, "bagit.txt"), "rb") as file:
        say("bagit.txt", [] if file.read() == DECLARATION else ["not BagIt 1.0 in UTF-8"], "BagIt 1.0, UTF-8")
    outside = (TAGS, SIGNATURE, QUERY, ANSWER)
    faults, listed, _ = manifest(root, files, TAGS, lambda p: not p.startswith("data/") and p not in outside)
    faults += [f"{name} is not listed" for name in ("bagit.txt", INFO, PAYLOAD) if name not in listed]
    say("tag files", faults, f"{len(listed)} files as listed")
    faults, listed, size = manifest(root, files, PAYLOAD, lambda p: p.startswith("data/"))
    say("payload", faults, f"{len(listed)} files, {size} bytes, as listed")
    faults, said = labels(root)
    if said.get("Payload-Oxum") != f"{size}.{len(listed)}":
        faults.append(f"Payload-Oxum is {said.get('Payload-Oxum')}, found {size}.{len(listed)}")
    say(INFO, faults, "numbers agree")
    path = said.get("Ledger-Path")
    faults = [f"{path} is not there"] if path else []
    if path in listed and path in files:
        faults = ledger(os.path.join(root, path), said.get("Ledger-Head", ""), said.get("Ledger-Count"))
    say("ledger", faults, f"{said.get('Ledger-Count')} lines, unbroken" if path else "none named", bool(path))
    text = f"by a key of {key}" if key else "give the signer's public key"
    say("signature", signature(root, files, key) if key else [], text, bool(key))
    time(root, files, certificate)
    return 5 if failed else 0

if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 4 or not os.path.isdir(sys.argv[1]):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
